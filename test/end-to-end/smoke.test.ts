import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { datadock, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();

test('a deployment that answers as it should passes, check by check', async () => {
  const outputs = join(server.current.dataDir, 'outputs.json');
  const { exitCode, stdout, stderr } = await datadock('smoke', '--outputs', outputs);
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines.filter((line) => !JSON.parse(line).ok)).toEqual([]);
});

test('one that does not is found out', async () => {
  const wrong = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => wrong.listen(0, '127.0.0.1', resolve));
  const { port } = wrong.address() as AddressInfo;
  const outputs = join(server.current.dataDir, 'wrong.json');
  const stack = { UserPoolId: 'eu-north-1_x', ApiUrl: `http://127.0.0.1:${port}` };
  writeFileSync(outputs, JSON.stringify({ Datadock: stack }));
  const { exitCode, stdout, stderr } = await datadock('smoke', '--outputs', outputs);
  await new Promise((resolve) => wrong.close(resolve));
  expect(exitCode).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ code: 'SmokeFailed', details: expect.stringContaining('6 of 7') });
  expect(stdout).toContain('GET /me was answered 200, not 401');

  const stopped = await datadock('smoke', '--outputs', outputs);
  expect([stopped.exitCode, stopped.stdout]).toEqual([1, '']);
  expect(JSON.parse(stopped.stderr)).toMatchObject({
    code: 'NotReachable',
    details: expect.stringContaining(`Nothing answers at 127.0.0.1:${port}`),
  });
});
