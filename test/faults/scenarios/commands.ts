import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setUser } from '../../../src/auth/set-user';
import { dynamoAccountStore } from '../../../src/aws/account-store';
import { s3EventStore } from '../../../src/aws/event-store';
import { s3FileStore } from '../../../src/aws/file-store';
import { cognitoIdentityAdmin } from '../../../src/aws/identity-admin';
import { cognitoIdentityPool } from '../../../src/aws/identity-pool';
import { cognitoIdentityProvider } from '../../../src/aws/identity-provider';
import { dynamoImportStateStore } from '../../../src/aws/import-state-store';
import { s3LandingStore } from '../../../src/aws/landing-store';
import { sqsMapQueue } from '../../../src/aws/map-queue';
import { dynamoMapStore } from '../../../src/aws/map-store';
import { dynamoDocumentStore } from '../../../src/aws/versioned-documents';
import { setting } from '../../../src/config';
import { rebuild } from '../../../src/interactions/rebuild';
import { processOne } from '../../../src/maps/process-one';
import { runCommand } from '../handlers';
import type { Scenario } from '../scenario';
import { asJson, password, type World } from '../world';
import { answersOf, importAll } from './interactions';
import { createMap, mapsOf, messageOf } from './maps';

// The command line's own calls: its use cases, with the adapters that the commands give them.

const set = (request: Omit<Parameters<typeof setUser>[1], 'email'>, world: World) =>
  setUser(
    { admin: cognitoIdentityAdmin(), accounts: dynamoAccountStore(), now: Date.now },
    { email: world.email, ...request },
  );

const settingUser = (
  name: string,
  request: Omit<Parameters<typeof setUser>[1], 'email'>,
  before: (world: World) => Promise<unknown>,
): Scenario => ({
  handler: 'command: users set',
  name,
  async prepare(world) {
    await before(world);
    return {
      send: () => runCommand(() => set(request, world).then(() => 'set')),
      visible: async () => {
        const { status, body } = await world.call('auth/login', asJson({ email: world.email, password }));
        return [status, JSON.parse(body).code];
      },
      // A repeat completes what a fault left half done.
      isPart: () => true,
    };
  },
});

const importNeeds = () => ({
  states: dynamoImportStateStore(),
  documents: dynamoDocumentStore(),
  landing: s3LandingStore(),
  now: Date.now,
  newId: randomUUID,
});

/** Waits by the clock of this test, not here. */
const maintenance = { waitMs: 0, maxVersions: Number.POSITIVE_INFINITY, sweeps: true };

export const commandScenarios: readonly Scenario[] = [
  settingUser('a new administrator', { password, isAdmin: true }, async () => {}),
  settingUser('an active one to be none', { isActive: false, isAdmin: false }, (world) => set({ password }, world)),
  settingUser('active again', { isActive: true }, (world) => set({ password, isActive: false }, world)),
  {
    handler: 'command: import --rebuild',
    name: 'three tables, and what an older rebuild has left',
    async prepare(world) {
      await importAll(world);
      await rebuild(importNeeds(), { ...maintenance, sweeps: false }, () => {});
      return {
        send: () => runCommand(() => rebuild(importNeeds(), maintenance, () => {})),
        visible: () => answersOf(world),
      };
    },
  },
  {
    handler: 'command: queue process-one',
    name: 'a map that waits',
    async prepare(world) {
      const sqs = new SQSClient(world.cloud.cloud.clientConfig('SQS'));
      const Attributes = { VisibilityTimeout: '0' };
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: world.name, Attributes }));
      // Its path alone: the proxy stands before it.
      process.env['MAPS_QUEUE_URL'] = process.env['AWS_ENDPOINT_URL_SQS'] + new URL(QueueUrl).pathname;
      const { file_path: path } = await createMap(world);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: messageOf(path) }));
      const needs = () => ({
        queue: sqsMapQueue(),
        maps: dynamoMapStore(),
        files: s3FileStore('MAPS_BUCKET'),
        bucket: setting('MAPS_BUCKET'),
        now: Date.now,
        sleep,
        newToken: randomUUID,
      });
      return {
        send: () => runCommand(() => processOne(needs()).then(({ done }) => done.map(({ outcome }) => outcome))),
        visible: () => mapsOf(world),
        isPart: (seen) => JSON.stringify(seen).includes('"status":"processing"'),
        doneAlready: 'QueueEmpty',
      };
    },
  },
  {
    handler: 'command: stats',
    name: 'the last file of events',
    async prepare(world) {
      const { outputs, clientConfig } = world.cloud.cloud;
      const { EventsBucket: bucket = '', IdentityPoolId = '', UserPoolId = '' } = outputs;
      const s3 = new S3Client(clientConfig('S3'));
      const Body = '1577836800,"1","bet:created"\n'.repeat(100);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'events.csv', Body }));
      await set({ password }, world);
      const read = async () => {
        const { tokens } = await cognitoIdentityProvider().signIn(world.email, password);
        const credentials = await cognitoIdentityPool(IdentityPoolId, UserPoolId).credentialsFor(tokens.idToken);
        const events = s3EventStore(credentials);
        const [key = ''] = await events.lastKeys(bucket, 1);
        const { chunks } = await events.open(bucket, key);
        let text = '';
        for await (const chunk of chunks) text += Buffer.from(chunk).toString();
        return text;
      };
      return { send: () => runCommand(read) };
    },
  },
];
