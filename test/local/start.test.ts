import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalCloud, startLocal } from '../../local/start';

// The synthesised stack itself, so the first test of the run may take the seconds that a synthesis takes.
jest.setTimeout(60_000);

let dataDir: string;
let cloud: LocalCloud | undefined;
let printed: string[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  printed = [];
});
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

const start = (port = 0, mapWorker: 'on' | 'off' = 'on') =>
  startLocal({ port, host: '127.0.0.1', dataDir: join(dataDir, 'data'), mapWorker }, (line) => printed.push(line));

const post = (path: string, body: object) =>
  fetch(`${cloud?.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const user = { email: 'ann@example.com', password: 'Correct-horse-9' };

async function signUp() {
  expect((await post('/auth/signup', user)).status).toBe(200);
  const [mail] = cloud?.mailbox.list(user.email) ?? [];
  expect(printed).toEqual([`mail to ann@example.com: your Datadock code is ${mail?.code}`]);
  expect((await post('/auth/confirm', { email: user.email, code: mail?.code })).status).toBe(200);
}

async function me() {
  const { access_token } = (await (await post('/auth/login', user)).json()) as { access_token: string };
  return fetch(`${cloud?.apiUrl}/me`, { headers: { authorization: `Bearer ${access_token}` } });
}

it('runs the stack, and keeps its data over a restart', async () => {
  cloud = await start();
  expect(cloud.apiUrl).toBe(`${cloud.url}/api/v1`);
  await signUp();
  const first = (await (await me()).json()) as { id: string };
  const { awsEnvironment } = cloud;
  await cloud.close();

  cloud = await start();
  expect(cloud.awsEnvironment['AWS_ACCESS_KEY_ID']).toBe(awsEnvironment['AWS_ACCESS_KEY_ID']);
  expect(await (await me()).json()).toMatchObject({ id: first.id, email: user.email });
});

it("writes the stack's outputs and the way to the services, for the owner only", async () => {
  cloud = await start();
  const path = join(cloud.dataDir, 'outputs.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    Datadock: cloud.outputs,
    local: { environment: cloud.awsEnvironment },
  });
  expect(cloud.outputs).toMatchObject({ ApiUrl: `${cloud.url}/api/v1` });
});

it('answers what is outside the API and the local pages with the problem of the template', async () => {
  cloud = await start();
  cloud.setFrontPage('welcome\n');
  expect(await (await fetch(cloud.url)).text()).toBe('welcome\n');
  const response = await fetch(`${cloud.url}/elsewhere`);
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  expect(await response.json()).toMatchObject({ code: 'RouteNotFound' });
});

it('changes nothing when its port is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    await expect(start((other.address() as AddressInfo).port)).rejects.toThrow('is taken; stop what uses it');
    expect(await readdir(dataDir)).toEqual([]);
  } finally {
    other.close();
  }
});

it('refuses a data folder that another server uses, and gives its port back', async () => {
  cloud = await start();
  await expect(start()).rejects.toThrow('is used by another running server');
});

it('leaves what was set by hand on a queue, and its messages, over a restart', async () => {
  const queue = async () => {
    const sqs = new SQSClient(cloud?.clientConfig('SQS') ?? {});
    const QueueUrl = cloud?.outputs['MapsQueueUrl'];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '7' } }));
    sqs.destroy();
    return Attributes;
  };
  cloud = await start(0, 'off');
  // S3's test event.
  expect(await queue()).toMatchObject({ VisibilityTimeout: '120', ApproximateNumberOfMessages: '1' });
  await cloud.close();
  cloud = await start(0, 'off');
  expect(await queue()).toMatchObject({ VisibilityTimeout: '7', ApproximateNumberOfMessages: '1' });
});
