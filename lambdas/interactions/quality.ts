import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { dataQualityRoute } from '../../src/api/routes/interactions';
import { dynamoImportStateStore } from '../../src/aws/import-state-store';
import { dynamoDocumentStore } from '../../src/aws/versioned-documents';
import { dataQuality } from '../../src/interactions/data-quality';

export const handler = door(dataQualityRoute, async () => {
  const needs = { states: dynamoImportStateStore(), documents: dynamoDocumentStore() };
  return jsonReply({ data: await dataQuality(needs), next_cursor: null });
});
