import type { Scenario } from '../scenario';
import { asJson, type World } from '../world';
import { filesOf } from './files';

const text = 'town,inhabitants\nBergen,291940\nOslo,717710\n';
const upload = { name: 'towns.csv', size: text.length };

const begin = (world: World) => world.json('uploads/create', asJson(upload));

/** An upload whose only part was received. */
async function received(world: World) {
  const { id, parts } = await begin(world);
  const { status } = await fetch(parts[0].url, { method: 'PUT', body: text });
  if (status !== 200) throw new Error(`the part was answered ${status}`);
  return { pathParameters: { id } };
}

const statusOf = async (world: World, event: object) => (await world.call('uploads/read', event)).status;

export const uploadScenarios: readonly Scenario[] = [
  {
    handler: 'uploads/create',
    name: 'a new file',
    async prepare(world) {
      return { send: () => world.call('uploads/create', asJson(upload)), visible: () => filesOf(world) };
    },
  },
  {
    handler: 'uploads/read',
    name: 'an upload whose part was received',
    async prepare(world) {
      const event = await received(world);
      return { send: () => world.call('uploads/read', event) };
    },
  },
  {
    handler: 'uploads/complete',
    name: 'an upload whose part was received',
    async prepare(world) {
      const event = await received(world);
      return {
        send: () => world.call('uploads/complete', event),
        visible: async () => [await filesOf(world), await statusOf(world, event)],
      };
    },
  },
  {
    handler: 'uploads/abort',
    name: 'an upload whose part was received',
    async prepare(world) {
      const event = await received(world);
      return {
        send: () => world.call('uploads/abort', event),
        visible: async () => [await filesOf(world), await statusOf(world, event)],
        doneAlready: 'UploadNotFound',
      };
    },
  },
];
