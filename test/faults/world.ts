import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ApiEvent } from '../../src/api/event';
import { idOfName } from '../../src/files/file-id';
import type { FaultyCloud } from './cloud';
import { invoke } from './handlers';
import type { Answer } from './scenario';

export const password = 'Correct-horse-1';

/** What one scenario happens in: an account of its own, and what belongs to it. */
export interface World {
  readonly cloud: FaultyCloud;
  /** No other world has it. */
  readonly name: string;
  readonly email: string;
  readonly home: string;
  /** The authorizer's word for the world's account. */
  readonly signedIn: NonNullable<ApiEvent['requestContext']>;
  /** Sends a request as the account, or as the event says. */
  readonly call: (key: string, event?: ApiEvent) => Promise<Answer>;
  /** The same, of what must succeed: the JSON of its answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each scenario knows what its handler answers.
  readonly json: (key: string, event?: ApiEvent) => Promise<any>;
}

let worlds = 0;
let dynamo: DynamoDBDocumentClient | undefined;

/** Past the proxy, which watches. */
function tables({ cloud }: FaultyCloud): DynamoDBDocumentClient {
  dynamo ??= DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientConfig('DYNAMODB')));
  return dynamo;
}

export async function createWorld(cloud: FaultyCloud): Promise<World> {
  const name = `world${++worlds}`;
  const email = `${name}@example.com`;
  const home = `${name}%40example.com/`;
  const sub = randomUUID();
  const Item = { sub, email, email_verified: true, is_active: true, groups: ['admin'], home, tokens_valid_after: 0 };
  await tables(cloud).send(new PutCommand({ TableName: process.env['ACCOUNTS_TABLE'], Item }));
  const signedIn = { authorizer: { claims: { sub, auth_time: '1' } } };
  const call: World['call'] = (key, event = {}) => invoke(key, { requestContext: signedIn, ...event });
  const json: World['json'] = async (key, event) => {
    const { status, body } = await call(key, event);
    if (status !== 200) throw new Error(`${key}: ${status} ${body}`);
    return JSON.parse(body);
  };
  return { cloud, name, email, home, signedIn, call, json };
}

/** Makes the table of interactions an empty one, that of this world alone. */
export async function freshInteractions({ cloud, name }: World): Promise<void> {
  const TableName = `interactions-${name}`;
  const table = { ...cloud.interactionsTable, TableName } as unknown as CreateTableCommandInput;
  await tables(cloud).send(new CreateTableCommand(table));
  process.env['INTERACTIONS_TABLE'] = TableName;
}

export const asJson = (body: object): ApiEvent => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const csv = (body: string): ApiEvent => ({ headers: { 'content-type': 'text/csv' }, body });

/** A form with one file. */
export const form = (name: string, content: string): ApiEvent => ({
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
  body: `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}\r\n--b--\r\n`,
});

/** A file's id in the path. */
export const atFile = (name: string): ApiEvent => ({ pathParameters: { id: idOfName(name) } });

/** The same for every world and every run: without names, ids, times, tokens and addresses. */
export function withoutChance({ name }: World, value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return JSON.parse(
    text
      .replaceAll(/https?:[^"\\]*/g, 'URL')
      .replaceAll(/eyJ[\w-]+(\.[\w-]*)+/g, 'TOKEN')
      .replaceAll(/WyJ[\w-]+/g, 'UPLOAD')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
      .replaceAll(name, 'WORLD')
      .replaceAll(/[0-9a-f]{64}/g, 'SHA256'),
  );
}
