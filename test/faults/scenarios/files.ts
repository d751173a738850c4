import type { ApiEvent } from '../../../src/api/event';
import { inParallel } from '../../../src/in-parallel';
import type { Scenario } from '../scenario';
import { asJson, atFile, csv, type World } from '../world';

const name = 'towns.csv';
const text = `town,inhabitants\n${Array.from({ length: 200 }, (_, row) => `Town ${row},${row}\n`).join('')}`;

const create = (world: World, file = name, content = text) =>
  world.json('files/create', { ...csv(content), queryStringParameters: { name: file } });

/** The files, and what is in each. */
export async function filesOf(world: World) {
  const { data } = await world.json('files/list');
  const files: unknown[] = [];
  await inParallel<{ readonly name: string }>(data, 1, async (file) => {
    files.push([file, (await world.call('files/read', atFile(file.name))).body]);
  });
  return files;
}

const reading = (handler: string, title: string, event: (etag: string) => ApiEvent = () => ({})): Scenario => ({
  handler,
  name: title,
  async prepare(world) {
    const { etag } = await create(world);
    return { send: () => world.call(handler, { ...atFile(name), ...event(etag) }) };
  },
});

const expression = 'SELECT s.town FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 10';

export const fileScenarios: readonly Scenario[] = [
  {
    handler: 'files/list',
    name: 'two files',
    async prepare(world) {
      await create(world);
      await create(world, 'b.csv');
      return { send: () => world.call('files/list') };
    },
  },
  {
    handler: 'files/create',
    name: 'a new file',
    async prepare(world) {
      return {
        send: () => world.call('files/create', { ...csv(text), queryStringParameters: { name } }),
        visible: () => filesOf(world),
        doneAlready: 'FileExists',
      };
    },
  },
  reading('files/describe', 'a file'),
  reading('files/read', 'a whole file'),
  reading('files/read', 'a range of a version', (etag) => ({ headers: { Range: 'bytes=0-9', 'If-Range': etag } })),
  reading('files/read', 'a range of another version', () => ({ headers: { Range: 'bytes=0-9', 'If-Range': '"x"' } })),
  reading('files/read', 'unless it is held', () => ({ headers: { 'If-None-Match': '"x"' } })),
  reading('files/head', 'a file'),
  reading('files/link', 'a file', () => asJson({})),
  reading('files/query', 'by the engine', () => asJson({ expression })),
  reading('files/query', 'as JSON', () => asJson({ expression, output: { format: 'json' } })),
  {
    handler: 'files/query',
    name: 'by S3 Select',
    async prepare(world) {
      await create(world);
      return {
        send: async () => {
          process.env['QUERY_ENGINE'] = 's3select';
          try {
            return await world.call('files/query', { ...atFile(name), ...asJson({ expression }) });
          } finally {
            process.env['QUERY_ENGINE'] = 'builtin';
          }
        },
      };
    },
  },
  ...[false, true].map(
    (isConditional): Scenario => ({
      handler: 'files/replace',
      name: isConditional ? 'the version that If-Match names' : 'whatever is there',
      async prepare(world) {
        const { etag } = await create(world);
        const { headers, body } = csv('town\nBergen\n');
        const event = { body, headers: { ...headers, ...(isConditional ? { 'if-match': etag } : {}) } };
        return {
          send: () => world.call('files/replace', { ...atFile(name), ...event }),
          visible: () => filesOf(world),
          ...(isConditional ? { doneAlready: 'FileChanged' } : {}),
        };
      },
    }),
  ),
  {
    handler: 'files/delete',
    name: 'a file',
    async prepare(world) {
      await create(world);
      return {
        send: () => world.call('files/delete', atFile(name)),
        visible: () => filesOf(world),
        doneAlready: 'FileNotFound',
      };
    },
  },
];
