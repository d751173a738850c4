import type { Scenario } from '../scenario';
import { asJson, type World } from '../world';

const entries = ['A', 'B', 'C'].map((folder) => ({
  folder,
  sla: 20,
  files: [{ filename: 'file1.txt', creationDate: '2024-06-12T12:00:00Z' }],
}));

const report = asJson({ sla_error: entries });

/** By folder: those of one report came in the same moment. */
async function reportsOf(world: World): Promise<readonly { readonly folder: string }[]> {
  const { data } = await world.json('sla-errors/list');
  return data.sort((a: { folder: string }, b: { folder: string }) => (a.folder < b.folder ? -1 : 1));
}

export const slaErrorScenarios: readonly Scenario[] = [
  {
    handler: 'sla-errors/report',
    name: 'three folders',
    async prepare(world) {
      return {
        send: () => world.call('sla-errors/report', report),
        visible: () => reportsOf(world),
        isRefusedWhenDone: true,
        // Each entry stands for itself, and its repeat stores nothing twice.
        isPart: (seen, whole) =>
          (seen as unknown[]).every((entry) =>
            (whole as unknown[]).some((other) => JSON.stringify(other) === JSON.stringify(entry)),
          ),
      };
    },
  },
  ...[{}, { folder: 'A' }].map(
    (query): Scenario => ({
      handler: 'sla-errors/list',
      name: 'folder' in query ? 'of a folder' : 'all of them',
      async prepare(world) {
        await world.json('sla-errors/report', asJson({ sla_error: [entries[0]] }));
        return { send: () => world.call('sla-errors/list', { queryStringParameters: query }) };
      },
    }),
  ),
];
