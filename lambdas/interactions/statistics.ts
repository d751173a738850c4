import { door } from '../../src/api/door';
import { statisticsJson } from '../../src/api/interactions-json';
import { jsonReply } from '../../src/api/reply';
import { statisticsRoute } from '../../src/api/routes/interactions';
import { dynamoImportStateStore } from '../../src/aws/import-state-store';
import { dynamoDocumentStore } from '../../src/aws/versioned-documents';
import { statistics } from '../../src/interactions/statistics';

export const handler = door(statisticsRoute, async ({ query: { group_by: groupBy, ...query } }) => {
  const request = { groupBy, ...query };
  const needs = { states: dynamoImportStateStore(), documents: dynamoDocumentStore() };
  return jsonReply(statisticsJson(request, await statistics(needs, request)));
});
