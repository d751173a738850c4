import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { newUser, type Scenario, take } from './scenario';

const late = (filename: string, creationDate: string) => ({ filename, creationDate });
const folderA = { folder: 'Folder_A', sla: 20, files: [late('file1.txt', '2024-06-12T12:00:00Z')] };
const folderB = { folder: 'Folder_B', sla: 60, files: [late('file2.txt', '2024-06-12T14:30:00.1234567+02:00')] };
const report = { sla_error: [folderA, folderB] };

/** What ConvertTo-Json makes of a report without -Depth, and of a list of one. */
const spoilt = {
  sla_error: [
    { ...folderA, files: ['@{filename=file1.txt; creationDate=2024-06-12T12:00:00Z}'] },
    { ...folderB, files: folderB.files[0] },
  ],
};

/** Reports of late files: stored once, repeated, refused, and completed after a fault of the table. */
export const slaErrorsScenario: Scenario = async (cloud, print) => {
  const token = await newUser(cloud, 'monitor@example.com');
  const post = { method: 'POST', path: '/sla-errors', token, body: report };
  const send = (step: { title: string; body?: unknown; token?: string; expected?: number }) =>
    take(cloud, print, { ...post, ...step });

  await send({ title: 'A valid report is stored', body: { sla_error: [folderA] } });
  await send({ title: 'A repeat stores nothing and answers the same id', body: { sla_error: [folderA] } });
  await send({ title: 'A token that is not good', token: 'not.a.token', expected: 401 });
  await send({ title: 'A body that PowerShell has spoilt: each fault is named', body: spoilt, expected: 400 });
  await send({ title: 'A body that is not JSON', body: '{"sla_error": [', expected: 400 });

  const dynamodb = new DynamoDBClient(cloud.clientConfig('DYNAMODB'));
  await dynamodb.send(new DeleteTableCommand({ TableName: cloud.outputs['SlaErrorsTable'] }));
  dynamodb.destroy();
  await send({ title: 'The table is gone: our fault, and no word of it', expected: 500 });
  await cloud.provision();
  await send({ title: 'The table is back, and the repeat is stored' });

  await take(cloud, print, { title: 'What is known of Folder_B', ...post, ...listing('?folder=Folder_B') });
};

const listing = (query: string) => ({ method: 'GET', path: `/sla-errors${query}`, body: undefined });
