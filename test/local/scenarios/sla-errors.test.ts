import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slaErrorsScenario } from '../../../local/scenarios/sla-errors';
import { startLocal } from '../../../local/start';

jest.setTimeout(60_000);

test('the walk shows each request with its answer, and no token', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  const printed: string[] = [];
  const cloud = await startLocal({ port: 0, host: '127.0.0.1', dataDir, mapWorker: 'on' }, () => {});
  try {
    await slaErrorsScenario(cloud, (text) => printed.push(text));
  } finally {
    await cloud.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  const text = printed.join('\n');
  expect(text.match(/^-> \d+$/gm)).toEqual(
    ['200', '200', '401', '400', '400', '500', '200', '200'].map((s) => `-> ${s}`),
  );
  expect(text).toContain('Authorization: Bearer ...');
  expect(text).not.toMatch(/eyJ/);
  expect(text).toContain('"creation_date_utc": "2024-06-12T12:30:00.1234567Z"');
});
