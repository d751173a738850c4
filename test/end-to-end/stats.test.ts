import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { AdminCreateUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { buildCommandLine } from '../../bin/command-line';
import { clientOf, password } from './client';
import { paste, root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { aUser } = clientOf(server);

const demo = { user: 'demo@example.com', password: 'Datadock-demo-1' };
const demoDay = ['--user', demo.user, '--key', 'events/2026-11-20.csv'];
const outputsFile = () => join(server.current.dataDir, 'outputs.json');
const outputs = () => JSON.parse(readFileSync(outputsFile(), 'utf8'));
let command: string;

// As npm ci builds it, which starts in a tenth of the time that TypeScript takes.
beforeAll(() => {
  command = buildCommandLine(join(server.current.dataDir, 'cli'));
});

interface Run {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [command, 'stats', ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: server.current.dataDir,
      DATADOCK_PASSWORD: demo.password,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function stats(args: readonly string[], { env, stdin = '' }: Run = {}) {
  const child = start(args, env);
  child.stdin.on('error', () => {}); // It may end without reading.
  child.stdin.end(stdin);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  const lines = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { code: string; details: string });
  expect(lines.every(({ code, details }) => code !== '' && details !== '')).toBe(true);
  for (const secret of [demo.password, password]) expect(stdout + stderr).not.toContain(secret);
  return { exitCode, stdout, lines };
}

test('the line that npm start prints works as it is printed', async () => {
  const line = /^ +(DATADOCK_PASSWORD=.* npx datadock stats .*)$/m.exec(server.current.printed())?.[1] ?? '';
  const printed = await paste(line.replace('npx datadock', `${process.execPath} ${command}`));
  expect(JSON.parse(printed)).toMatchObject({ totals: { valid: 1500 } });
});

test('in a pipe it is JSON, and the same data in every format, in another time zone, of a file and of stdin', async () => {
  const { exitCode, stdout, lines } = await stats(demoDay);
  expect([exitCode, lines]).toEqual([0, []]);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    totals: { valid: 1500, bad: 0, users: 40, unresolved: 0 },
    top_users: { length: 10 },
  });
  const csv = await stats([...demoDay, '--format', 'csv', '--top', '2']);
  expect(csv.stdout.split('\n').filter((line) => line.startsWith('top_users'))).toEqual([
    'top_users,,u1001,Ann,Lee,engineer,208',
    'top_users,,u1002,Bob,Okafor,analyst,89',
  ]);
  const day = join(root, 'data', 'events', '2026-11-20.csv');
  const file = await stats(['--user', demo.user, '--file', day]);
  expect([file.exitCode, file.stdout]).toEqual([0, stdout]);
  const piped = ['--user', demo.user, '--file', '-', '--timezone', 'Asia/Tokyo'];
  const tokyo = await stats(piped, { stdin: readFileSync(day, 'utf8') });
  expect(JSON.parse(tokyo.stdout)).toMatchObject({
    events_per_day: [{ date: '2026-11-20' }, { date: '2026-11-21' }],
    top_users: report.top_users,
  });
});

test("anyone who signed up may ask, with a password from stdin, and nothing of the machine's own AWS set-up is used", async () => {
  await aUser('ann@example.com');
  const nowhere = 'http://127.0.0.1:9';
  const config = join(server.current.dataDir, 'aws-config');
  writeFileSync(config, `[default]\nregion = eu-north-1\nendpoint_url = ${nowhere}\n`);
  const env = {
    DATADOCK_PASSWORD: 'wrong',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_SESSION_TOKEN: 'x',
    AWS_PROFILE: 'work',
    AWS_REGION: 'eu-north-1',
    AWS_CONFIG_FILE: config,
    AWS_ENDPOINT_URL: nowhere,
    AWS_ENDPOINT_URL_S3: nowhere,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: nowhere,
  };
  const args = ['--user', 'ann@example.com', '--key', 'events/2026-11-20.csv', '--password-stdin'];
  expect((await stats(args, { env, stdin: `${password}\n` })).exitCode).toBe(0);
  // The local file has the operator's keys, for other commands: with them the bucket of files could be read.
  const files = await stats([...demoDay, '--bucket', outputs().Datadock.FilesBucket], {});
  expect([files.exitCode, files.lines[0]?.code]).toEqual([1, 'S3Denied']);
});

test('bad rows and users whom nobody knows are told, and the rest is reported: exit 3', async () => {
  const stdin = `epoch,user,event\n1795132800,u1001,login\nbad\n1795132801,zz,login\n1795132801,"gone",login\n1795132802,u1001,x\n,,\n`;
  const { exitCode, stdout, lines } = await stats(['--user', demo.user, '--file', '-'], { stdin });
  expect(exitCode).toBe(3);
  expect(lines).toEqual([
    { code: 'BadRow', line: 3, details: expect.any(String) },
    { code: 'BadRow', line: 7, details: expect.any(String) },
    { code: 'UserUnresolved', user_id: 'gone', details: expect.any(String) },
    { code: 'UserUnresolved', user_id: 'zz', details: expect.any(String) },
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    events_per_role: [
      { role: 'engineer', events: 2 },
      { role: 'unknown', events: 2 },
    ],
    totals: { valid: 4, bad: 2, users: 3, unresolved: 2 },
  });
});

test('a directory that refuses leaves the days right and every role unknown: exit 3', async () => {
  const wrong = ['--graphql-url', `${server.current.url}/api/v1/health`];
  const { exitCode, stdout, lines } = await stats([...demoDay, ...wrong]);
  expect(exitCode).toBe(3);
  expect(lines[0]).toMatchObject({ code: 'UsersUnavailable', details: expect.stringContaining('--graphql-url') });
  expect(lines.slice(1).map(({ code }) => code)).toEqual(Array(40).fill('UserUnresolved'));
  expect(JSON.parse(stdout)).toMatchObject({
    events_per_day: [{ date: '2026-11-20', events: 1500 }],
    events_per_role: [{ role: 'unknown', events: 1500 }],
    totals: { unresolved: 40 },
  });
});

test('each hop that fails says which it was and what to do, and prints nothing', async () => {
  const { local, Datadock } = outputs();
  const cognito = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: local.environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER,
    credentials: {
      accessKeyId: local.environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: local.environment.AWS_SECRET_ACCESS_KEY,
    },
  });
  const half = { UserPoolId: Datadock.UserPoolId, Username: 'half@example.com', TemporaryPassword: password };
  await cognito.send(new AdminCreateUserCommand({ ...half, MessageAction: 'SUPPRESS' }));
  cognito.destroy();
  const otherOutputs = join(server.current.dataDir, 'other-outputs.json');
  const IdentityPoolId = 'us-east-1:00000000-0000-4000-8000-000000000000';
  writeFileSync(otherOutputs, JSON.stringify({ local, Datadock: { ...Datadock, IdentityPoolId } }));
  const oldOutputs = join(server.current.dataDir, 'old-outputs.json');
  const { EventsBucket, ...old } = Datadock;
  writeFileSync(oldOutputs, JSON.stringify({ local, Datadock: old }));
  const stopped = join(server.current.dataDir, 'stopped-outputs.json');
  const environment = { ...local.environment, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://127.0.0.1:9' };
  writeFileSync(stopped, JSON.stringify({ local: { environment }, Datadock }));

  const cases: readonly [
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    exitCode: number,
    code: string,
    words: string,
  ][] = [
    [demoDay, { DATADOCK_PASSWORD: 'Wrong-horse-1' }, 4, 'AuthFailed', 'password is wrong'],
    [['--user', 'nobody@example.com', '--key', 'x'], {}, 4, 'AuthFailed', 'password is wrong'],
    [['--user', 'half@example.com', '--key', 'x'], { DATADOCK_PASSWORD: password }, 4, 'AuthFailed', 'temporary'],
    [[...demoDay, '--outputs', stopped], {}, 1, 'NotReachable', 'Nothing answers at 127.0.0.1:9'],
    [[...demoDay, '--outputs', otherOutputs], {}, 1, 'IdentityFailed', '--outputs'],
    [[...demoDay, '--bucket', 'no-such-bucket'], {}, 1, 'S3NotFound', '--bucket'],
    [['--user', demo.user, '--key', 'nothing'], {}, 1, 'S3NotFound', '--key'],
    [['--user', demo.user, '--file', 'nothing.csv'], {}, 1, 'EventsUnreadable', 'there is no such file'],
    [['--user', demo.user, '--file', root], {}, 1, 'EventsUnreadable', 'folder'],
    [[...demoDay, '--outputs', oldOutputs], {}, 1, 'OutputsUnreadable', 'EventsBucket'],
    [[...demoDay, '--outputs', 'nothing.json'], {}, 1, 'OutputsUnreadable', 'npm start'],
    [['--key', 'x'], {}, 2, 'Usage', '--user'],
    [['--user', demo.user], {}, 2, 'Usage', '--key'],
    [demoDay, { DATADOCK_PASSWORD: '' }, 2, 'Usage', 'DATADOCK_PASSWORD'],
    [['--user', demo.user, '--file', '-', '--password-stdin'], {}, 2, 'Usage', 'both read stdin'],
    [[...demoDay, '--file', 'x'], {}, 2, 'Usage', '--file'],
    [[...demoDay, '--format', 'xml'], {}, 2, 'Usage', 'table, json, csv'],
    [[...demoDay, '--timezone', 'Europe/Atlantis'], {}, 2, 'Usage', 'Europe/Oslo'],
    [[...demoDay, '--top', 'ten'], {}, 2, 'Usage', 'whole number'],
    [[...demoDay, '--graphql-url', 'http://example.com/graphql'], {}, 2, 'Usage', 'https://'],
    [[...demoDay, `--password=${password}`], {}, 2, 'Usage', "unknown option '--password'"],
  ];
  for (const [args, env, exitCode, code, words] of cases) {
    const run = await stats(args, { env });
    expect([args, run.exitCode, run.stdout, run.lines]).toEqual([
      args,
      exitCode,
      '',
      [{ code, details: expect.stringContaining(words) }],
    ]);
  }
});

test('a reader that has read enough is no error', async () => {
  const far = join(server.current.dataDir, 'far.csv');
  writeFileSync(far, '0,u1001,x\n1795132800,u1001,x\n');
  const run = `${process.execPath} ${command} stats --user ${demo.user} --file ${far} --outputs ${outputsFile()}`;
  const printed = await paste(
    `export DATADOCK_PASSWORD=${demo.password}; set +e; ${run} | head -2; echo "exit $\{PIPESTATUS[0]}"`,
  );
  expect(printed).toBe('{"events_per_day":[\n{"date":"1970-01-01","events":1},\nexit 0\n');

  const bad = join(server.current.dataDir, 'bad.csv');
  writeFileSync(bad, 'bad\n'.repeat(50_000));
  const deaf = await paste(
    `export DATADOCK_PASSWORD=${demo.password}; set +e; ${run.replace(far, bad)} 2>&1 >/dev/null | head -1; echo "exit $\{PIPESTATUS[0]}"`,
  );
  expect(deaf.split('\n').slice(1)).toEqual(['exit 3', '']);
});

test('an interrupt ends it with 130, and prints nothing', async () => {
  const child = start(['--user', demo.user, '--file', '-']);
  const closed = once(child, 'close');
  const stdout = textOf(child.stdout);
  let stderr = '';
  child.stdin.write('bad\n');
  for await (const chunk of child.stderr) {
    stderr += chunk;
    if (stderr.includes('BadRow')) child.kill('SIGINT');
  }
  expect(await closed).toEqual([130, null]);
  expect(await stdout).toBe('');
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).code),
  ).toEqual(['BadRow', 'Interrupted']);
});

test('the help begins with an example and fits a screen', async () => {
  const { exitCode, stdout, lines } = await stats(['--help']);
  expect([exitCode, lines]).toEqual([0, []]);
  expect(stdout.trimStart()).toMatch(/^datadock stats --user ann@example\.com --key /);
  expect(stdout.split('\n').length).toBeLessThanOrEqual(25);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
