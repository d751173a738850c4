import { randomUUID } from 'node:crypto';
import { door } from '../../src/api/door';
import { importJson } from '../../src/api/interactions-json';
import { jsonReply } from '../../src/api/reply';
import { createImportRoute } from '../../src/api/routes/interactions';
import { csvOf } from '../../src/api/upload';
import { dynamoImportStateStore } from '../../src/aws/import-state-store';
import { s3LandingStore } from '../../src/aws/landing-store';
import { dynamoDocumentStore } from '../../src/aws/versioned-documents';
import { importContent } from '../../src/interactions/import-content';

export const handler = door(createImportRoute, async ({ path, body, headers }) => {
  const needs = {
    states: dynamoImportStateStore(),
    documents: dynamoDocumentStore(),
    landing: s3LandingStore(),
    now: Date.now,
    newId: randomUUID,
  };
  const content = await csvOf(body, headers);
  return jsonReply(importJson(await importContent(needs, { kind: path.kind, content })));
});
