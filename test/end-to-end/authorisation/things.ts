import { randomUUID } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Route } from '../../../src/api/route';
import type { Client } from '../client';
import { jsonOf } from '../server';
import type { servicesOf } from '../services';
import type { Caller, Callers } from './callers';

/** An id that a path may name, and what it names. */
export interface Thing {
  readonly name: string;
  readonly id: string;
  /** Nobody's where there is no such thing. */
  readonly owner?: Caller;
  readonly isPublic?: boolean;
  readonly isPending?: boolean;
}

export interface Expected {
  readonly status: number;
  readonly code?: string;
}

/** The things of a kind: those of the owner and of another, and ids that name none. */
export interface Kind {
  create(): Promise<readonly Thing[]>;
  /** What a route answers to a caller whom it lets in. */
  answer(row: Route, caller: Caller, thing: Thing): Expected;
}

const found = { status: 200 };
const csv = 'town,inhabitants\nBergen,291940\nOslo,717710\n';
const newName = () => `${randomUUID()}.csv`;
const idOfNone = (...names: readonly string[]): Thing[] => names.map((id) => ({ name: `the id ${id}`, id }));

/** Every kind that a route's path names by id, under the path that names it. */
export function createKinds(
  { post, upload, uploadMap }: Client,
  { owner, other }: Callers,
  { dynamo, outputs }: ReturnType<typeof servicesOf>,
): Readonly<Record<string, Kind>> {
  const tokenOf = ({ token = '' }: Caller) => token;

  const createFile = async (caller: Caller): Promise<string> =>
    (await jsonOf(upload(tokenOf(caller), newName(), Buffer.from(csv)))).id;

  /** With its part received, so that it can be completed. */
  async function createUpload(caller: Caller): Promise<string> {
    const { id, parts } = await jsonOf(post('/uploads', { name: newName(), size: csv.length }, tokenOf(caller)));
    await fetch(parts[0].url, { method: 'PUT', body: csv });
    return id;
  }

  /** As its processor would leave it: the worker is off. */
  async function createMap(caller: Caller, isPublic: boolean, isPending = false): Promise<string> {
    const { id } = await jsonOf(uploadMap(tokenOf(caller), 'a.txt', 'north', { is_public: String(isPublic) }));
    if (isPending) return id;
    await dynamo.send(
      new UpdateItemCommand({
        TableName: outputs['MapsTable'],
        Key: { id: { S: id } },
        UpdateExpression: 'SET #status = :processed, media_type = :text',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':processed': { S: 'processed' }, ':text': { S: 'text/plain' } },
      }),
    );
    return id;
  }

  /** What is its owner's alone: to everyone else it is not there. */
  const owned = (create: (caller: Caller) => Promise<string>, code: string, others: () => Promise<string[]>): Kind => ({
    create: async () => [
      { name: "the owner's", id: await create(owner), owner },
      { name: "another user's", id: await create(other), owner: other },
      ...idOfNone(Buffer.from(newName()).toString('base64url'), '!', 'YQ==', ...(await others())),
    ],
    answer: (_, caller, thing) => (thing.owner === caller ? found : { status: 404, code }),
  });

  const anUpload = () => createUpload(owner);
  const aFile = () => createFile(owner);
  const aMap = () => createMap(owner, true);
  return {
    '/files/{id}': owned(createFile, 'FileNotFound', async () => [await anUpload(), await aMap()]),
    '/uploads/{id}': owned(createUpload, 'UploadNotFound', async () => [await aFile(), await aMap()]),
    '/maps/{id}': {
      create: async () => [
        { name: "the owner's public map", id: await createMap(owner, true), owner, isPublic: true },
        { name: "the owner's private map", id: await createMap(owner, false), owner },
        {
          name: "the owner's public map that waits",
          id: await createMap(owner, true, true),
          owner,
          isPublic: true,
          isPending: true,
        },
        { name: "the owner's private map that waits", id: await createMap(owner, false, true), owner, isPending: true },
        { name: "another user's private map", id: await createMap(other, false), owner: other },
        ...idOfNone(randomUUID(), '!', await aFile(), await anUpload()),
      ],
      answer(row, caller, { owner, isPublic, isPending }) {
        const isReading = row.method === 'GET' || row.key === 'maps/link';
        const isVisible = owner === caller || (isReading && isPublic);
        if (!owner || !isVisible) return { status: 404, code: 'MapNotFound' };
        const asksForBytes = row.key === 'maps/read' || row.key === 'maps/link';
        return isPending && asksForBytes ? { status: 409, code: 'MapNotProcessed' } : found;
      },
    },
    // The business's own data are every user's.
    '/interactions/{customer_id}': {
      create: async () => [
        { name: 'a customer', id: '1', owner },
        { name: 'a customer that is none', id: '999' },
        ...idOfNone('!', await aFile(), randomUUID()),
      ],
      answer: (_row, _caller, { id }) =>
        id === '1'
          ? found
          : id === '999'
            ? { status: 404, code: 'CustomerNotFound' }
            : { status: 400, code: 'ValidationFailed' },
    },
    '/imports/{kind}': {
      create: async () => [{ name: 'a table', id: 'products', owner }, ...idOfNone('maps', '!', await aFile())],
      answer: (_row, _caller, { id }) => (id === 'products' ? found : { status: 400, code: 'ValidationFailed' }),
    },
  };
}

/** Where a row's path names something: `/files/{id}` of `/files/{id}/content`. */
export const placeOf = ({ path }: Route): string | undefined => /^.*?\{\w+\}/.exec(path)?.[0];
