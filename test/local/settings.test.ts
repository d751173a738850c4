import { resolve } from 'node:path';
import { readSettings } from '../../local/settings';

it('has defaults', () => {
  expect(readSettings({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: resolve('.data'),
    mapWorker: 'on',
    queryEngine: 'builtin',
  });
  expect(readSettings({ PORT: '', HOST: '', DATA_DIR: '', MAP_WORKER: '', QUERY_ENGINE: '' })).toEqual(
    readSettings({}),
  );
});

it('reads PORT, HOST, DATA_DIR, MAP_WORKER and QUERY_ENGINE', () => {
  expect(
    readSettings({ PORT: '0', HOST: '::1', DATA_DIR: '/data', MAP_WORKER: 'off', QUERY_ENGINE: 's3select' }),
  ).toEqual({
    port: 0,
    host: '::1',
    dataDir: '/data',
    mapWorker: 'off',
    queryEngine: 's3select',
  });
});

it.each(['http', '65536', '-1', '3000 '])('refuses the port %j', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(`PORT is '${PORT}'; it is a number from 0 (any free port) to 65535`);
});

it('refuses a MAP_WORKER that is neither on nor off', () => {
  expect(() => readSettings({ MAP_WORKER: 'none' })).toThrow("MAP_WORKER is 'none'; it is on or off");
});

it('refuses a QUERY_ENGINE that there is not', () => {
  expect(() => readSettings({ QUERY_ENGINE: 'duckdb' })).toThrow("QUERY_ENGINE is 'duckdb'; it is builtin or s3select");
});

it('reads how the GraphQL API is to fail, from 0 to 1', () => {
  expect(readSettings({ GRAPHQL_FAULT_RATE: '0', GRAPHQL_FAULT_SEED: '' })).toEqual(readSettings({}));
  expect(readSettings({ GRAPHQL_FAULT_RATE: '0.3' }).graphqlFaults).toEqual({ rate: 0.3, seed: 1 });
  expect(readSettings({ GRAPHQL_FAULT_RATE: '1', GRAPHQL_FAULT_SEED: '7' }).graphqlFaults).toEqual({
    rate: 1,
    seed: 7,
  });
});

it.each(['30', '-1', '1.5', 'x'])('refuses the rate of faults %j', (GRAPHQL_FAULT_RATE) => {
  expect(() => readSettings({ GRAPHQL_FAULT_RATE })).toThrow('a number from 0 to 1');
});

it('refuses a seed that is no number', () => {
  expect(() => readSettings({ GRAPHQL_FAULT_RATE: '1', GRAPHQL_FAULT_SEED: 'x' })).toThrow('GRAPHQL_FAULT_SEED');
});
