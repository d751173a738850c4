import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { root } from './server';

jest.setTimeout(60_000);

// npm run deploy against two services that say who asks and whether there is a bootstrap, and a cdk that only notes how it was
// called and writes the outputs.

let isBootstrapped = true;
const aws = createServer((request, response) => {
  if (!String(request.headers['x-amz-target']).startsWith('AmazonSSM')) {
    const identity = '<Account>123456789012</Account><Arn>arn</Arn><UserId>u</UserId>';
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
    return;
  }
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  if (isBootstrapped) response.end(JSON.stringify({ Parameter: { Value: '21' } }));
  else response.writeHead(400).end(JSON.stringify({ __type: 'ParameterNotFound' }));
});
const folder = mkdtempSync(join(tmpdir(), 'datadock-deploy-'));
beforeAll(async () => {
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  aws.close();
  rmSync(folder, { recursive: true });
});

const outputs = { Datadock: { ApiUrl: 'https://abc.execute-api.eu-north-1.amazonaws.com/api/v1', UserPoolId: 'x' } };

/** Runs the command in a folder of its own, with a cdk that ends so. */
async function deploy(args: readonly string[], cdkStatus = 0) {
  const cwd = mkdtempSync(join(folder, 'run-'));
  mkdirSync(join(cwd, 'bin'));
  const npx = join(cwd, 'bin', 'npx');
  const write = `echo '${JSON.stringify(outputs)}' > outputs.json`;
  writeFileSync(npx, `#!/bin/sh\necho "$@" > called\n[ ${cdkStatus} = 0 ] && ${write}\nexit ${cdkStatus}\n`);
  chmodSync(npx, 0o755);
  const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(require.resolve('tsx')).href, join(root, 'bin', 'deploy.ts'), ...args],
    {
      cwd,
      env: {
        PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}`,
        HOME: cwd,
        AWS_REGION: 'eu-north-1',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL_STS: endpoint,
        AWS_ENDPOINT_URL_SSM: endpoint,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const read = (name: string) => (existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : undefined);
  return { exitCode, stdout, stderr, read };
}

test('names account and region, hands its arguments to cdk, and notes how the deployment is reached', async () => {
  const { exitCode, stdout, stderr, read } = await deploy(['--context', 'alarmEmail=ops@example.com']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Deploying to account 123456789012, region eu-north-1.');
  expect(read('called')).toBe('cdk deploy --outputs-file outputs.json --context alarmEmail=ops@example.com\n');
  const { values } = JSON.parse(read('outputs.postman_environment.json') ?? '{}');
  expect(values).toContainEqual(
    expect.objectContaining({ key: 'baseUrl', value: 'https://abc.execute-api.eu-north-1.amazonaws.com' }),
  );
});

test('ends as cdk ends where that fails, and notes nothing', async () => {
  const { exitCode, read } = await deploy([], 3);
  expect(exitCode).toBe(3);
  expect(read('outputs.postman_environment.json')).toBeUndefined();
});

test('without a bootstrap it says what to run, and cdk is not begun', async () => {
  isBootstrapped = false;
  const { exitCode, stderr, read } = await deploy([]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('npx cdk bootstrap aws://123456789012/eu-north-1');
  expect(read('called')).toBeUndefined();
});
