import { door } from '../../src/api/door';
import { customerJson } from '../../src/api/interactions-json';
import { jsonReply } from '../../src/api/reply';
import { readInteractionsRoute } from '../../src/api/routes/interactions';
import { dynamoImportStateStore } from '../../src/aws/import-state-store';
import { dynamoDocumentStore } from '../../src/aws/versioned-documents';
import { customerInteractions } from '../../src/interactions/customer-interactions';

export const handler = door(readInteractionsRoute, async ({ path, query }) => {
  const request = { id: path.customer_id, ...query };
  const needs = { states: dynamoImportStateStore(), documents: dynamoDocumentStore() };
  return jsonReply(customerJson(request, await customerInteractions(needs, request)));
});
