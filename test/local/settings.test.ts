import { resolve } from 'node:path';
import { readSettings } from '../../local/settings';

it('has defaults', () => {
  expect(readSettings({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    dataDir: resolve('.data'),
    queryEngine: 'builtin',
  });
  expect(readSettings({ PORT: '', HOST: '', DATA_DIR: '' })).toEqual(readSettings({}));
});

it('reads PORT, HOST, DATA_DIR and QUERY_ENGINE', () => {
  expect(readSettings({ PORT: '0', HOST: '::1', DATA_DIR: '/data', QUERY_ENGINE: 's3select' })).toEqual({
    port: 0,
    host: '::1',
    dataDir: '/data',
    queryEngine: 's3select',
  });
});

it.each(['http', '65536', '-1', '3000 '])('refuses the port %j', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(`PORT is '${PORT}'; it is a number from 0 (any free port) to 65535`);
});
