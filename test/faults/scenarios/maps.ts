import { randomUUID } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { later } from '../clock';
import { deliver } from '../handlers';
import type { Answer, Scenario } from '../scenario';
import { asJson, form, type World } from '../world';

/** The message that S3 sends of a map's file. */
export const messageOf = (path: string): string =>
  JSON.stringify({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: process.env['MAPS_BUCKET'] }, object: { key: encodeURIComponent(path) } },
      },
    ],
  });

/** Past the proxy, which watches. */
const mapsBucket = ({ cloud }: World) => ({
  s3: new S3Client(cloud.cloud.clientConfig('S3')),
  Bucket: process.env['MAPS_BUCKET'],
});

interface CreatedMap {
  readonly id: string;
  readonly file_path: string;
}

export const createMap = (world: World, text = 'north is up\n'.repeat(50)): Promise<CreatedMap> =>
  world.json('maps/create', form('map.txt', text));

/** A map of which the processor has had the message. */
export async function processedMap(world: World, text?: string): Promise<CreatedMap> {
  const map = await createMap(world, text);
  await deliver('workers/process-maps', randomUUID(), messageOf(map.file_path));
  return map;
}

/** The maps as a guest sees them, and their owner. */
export async function mapsOf(world: World) {
  const { data } = await world.json('maps/list');
  const shown = [];
  for (const { id } of data) {
    const asked = { pathParameters: { id }, requestContext: {} };
    const { status, body } = await world.call('maps/read', asked);
    shown.push([await statusOf(world, id), status, status === 200 ? body : JSON.parse(body).code]);
  }
  return [data, shown];
}

/** What becomes of the maps that there are, however many: a repeat is another map. */
async function onceProcessed(world: World) {
  const { data } = await world.json('maps/list');
  for (const { file_path: path } of data) await deliver('workers/process-maps', randomUUID(), messageOf(path));
  const [, shown = []] = await mapsOf(world);
  return [...new Set(shown.map((map: unknown) => JSON.stringify(map)))];
}

const statusOf = async (world: World, id: string) =>
  JSON.parse((await world.call('maps/status', { pathParameters: { id }, requestContext: {} })).body);

const ofMap = (handler: string, name: string, event: object = {}): Scenario => ({
  handler,
  name,
  async prepare(world) {
    const { id } = await processedMap(world);
    const asked = { pathParameters: { id }, ...event };
    return {
      send: () => world.call(handler, asked),
      ...(handler === 'maps/share' && { visible: () => mapsOf(world) }),
    };
  },
});

const asGuest = { requestContext: {} };

/** A delivery, and again the same message. */
const delivery = (worker: string, path: string): (() => Promise<Answer>) => {
  const messageId = randomUUID();
  return () => deliver(worker, messageId, messageOf(path));
};

export const mapScenarios: readonly Scenario[] = [
  {
    handler: 'maps/create',
    name: 'a map',
    async prepare(world) {
      return {
        send: () => world.call('maps/create', form('map.txt', 'north is up')),
        visible: () => onceProcessed(world),
      };
    },
  },
  {
    handler: 'maps/list',
    name: 'a map',
    async prepare(world) {
      await createMap(world);
      return { send: () => world.call('maps/list') };
    },
  },
  ofMap('maps/read', 'a guest', asGuest),
  ofMap('maps/read', 'a guest, a range', { ...asGuest, headers: { Range: 'bytes=0-4' } }),
  ofMap('maps/status', 'a guest', asGuest),
  ofMap('maps/share', 'no longer public', asJson({ is_public: false })),
  ofMap('maps/link', 'a map', asJson({})),
  {
    handler: 'workers/process-maps',
    name: 'a map that waits',
    async prepare(world) {
      const { file_path: path } = await createMap(world);
      return { send: delivery('workers/process-maps', path), visible: () => mapsOf(world), isPart: isUnderWay };
    },
  },
  {
    handler: 'workers/process-maps',
    name: 'a map that never was',
    async prepare(world) {
      return { send: delivery('workers/process-maps', `${world.home}${randomUUID()}/map.txt`) };
    },
  },
  {
    handler: 'workers/give-up-maps',
    name: 'a map that waits',
    async prepare(world) {
      const { file_path: path } = await createMap(world);
      return { send: delivery('workers/give-up-maps', path), visible: () => mapsOf(world) };
    },
  },
  {
    handler: 'workers/give-up-maps',
    name: 'a map that is processed',
    async prepare(world) {
      const { file_path: path } = await processedMap(world);
      return { send: delivery('workers/give-up-maps', path), visible: () => mapsOf(world) };
    },
  },
  {
    handler: 'workers/give-up-maps',
    name: 'a file that never became a map',
    async prepare(world) {
      const path = `${world.home}${randomUUID()}/map.txt`;
      const { s3, Bucket } = mapsBucket(world);
      await s3.send(new PutObjectCommand({ Bucket, Key: path, Body: 'north is up' }));
      const send = delivery('workers/give-up-maps', path);
      const visible = async () =>
        s3.send(new HeadObjectCommand({ Bucket, Key: path })).then(
          () => 'there',
          () => 'gone',
        );
      // When it is too late for the file to become one.
      return { send: () => later(6 * 60 * 1000, send), visible };
    },
  },
];

/** A map that is being processed is one that nobody is told more of. */
const isUnderWay = (seen: unknown): boolean => JSON.stringify(seen).includes('"status":"processing"');
