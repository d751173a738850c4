import type { Scenario } from '../scenario';
import { csv, freshInteractions, type World } from '../world';

const tables = {
  customers: 'ID,Name,Type\n1,Jedi,Red\n2,Batman,Orange\n',
  interactions: 'Date,Channel,Customer ID\n04/10/2019 09:00,Email,1\n11/02/2020 16:10,Call,4\n',
  products: 'Month,Product\n10-2019,Sand\n',
};
export type Kind = keyof typeof tables;

export const importing = (kind: Kind, body: string = tables[kind]) => ({ ...csv(body), pathParameters: { kind } });

export async function importAll(world: World): Promise<void> {
  await freshInteractions(world);
  for (const kind of ['customers', 'interactions', 'products'] as const) {
    await world.json('imports/create', importing(kind));
  }
}

/** All that the answers tell of the tables. */
export async function answersOf(world: World) {
  const customers = [];
  for (const customer_id of ['1', '2', '4', '5']) {
    const { status, body } = await world.call('interactions/read', { pathParameters: { customer_id } });
    customers.push(status === 200 ? JSON.parse(body) : status);
  }
  const grouped = { queryStringParameters: { group_by: 'customer_type,channel,topic,month' } };
  return [customers, await world.json('interactions/statistics', grouped), await world.json('interactions/quality')];
}

const importOf = (name: string, kind: Kind, body: string, before: (world: World) => Promise<void>): Scenario => ({
  handler: 'imports/create',
  name,
  async prepare(world) {
    await before(world);
    return {
      send: () => world.call('imports/create', importing(kind, body)),
      visible: () => answersOf(world),
    };
  },
});

const reading = (handler: string, name: string, event: object = {}): Scenario => ({
  handler,
  name,
  async prepare(world) {
    await importAll(world);
    return { send: () => world.call(handler, event) };
  },
});

export const interactionScenarios: readonly Scenario[] = [
  reading('interactions/read', 'a customer', { pathParameters: { customer_id: '1' } }),
  reading('interactions/statistics', 'by channel', { queryStringParameters: { group_by: 'channel' } }),
  reading('interactions/quality', 'all findings'),
  importOf('the first table of all', 'customers', tables.customers, freshInteractions),
  importOf('more interactions', 'interactions', `${tables.interactions}05/11/2020 11:00,Bird,2\n`, importAll),
  importOf('other customers', 'customers', 'ID,Name,Type\n1,Jedi,Blue\n5,Doctor,Orange\n', importAll),
  importOf('more products', 'products', 'Month,Product\n10-2019,Sand\n02-2020,Orange\n', importAll),
  importOf('the same interactions again', 'interactions', tables.interactions, importAll),
];
