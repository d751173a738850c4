import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionLog } from '../../../local/functions/function-log';
import { Functions } from '../../../local/functions/functions';
import { writeFunction } from '../small-cloud';

let folder: string;
let log: FunctionLog;
let functions: Functions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  log = new FunctionLog(join(folder, 'logs', 'functions.log'));
});
afterEach(async () => {
  await functions.close();
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(sources: Readonly<Record<string, string>>, environment: Record<string, string> = {}) {
  const configs = Object.entries(sources).map(([name, source]) => writeFunction(folder, name, { source }));
  functions = new Functions(await Promise.all(configs), environment, log);
}

async function invoke(name: string, event: unknown = {}, signal = new AbortController().signal): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  const payload = JSON.stringify(event);
  for await (const chunk of functions.invoke(name, { requestId: 'r-1', payload, mode: 'buffered', signal })) {
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

it('gives a function its own environment and nothing of the process', async () => {
  process.env['A_SECRET_OF_THE_PROCESS'] = 'yes';
  await start({ env: 'exports.handler = async () => process.env;' }, { AWS_REGION: 'us-east-1' });
  const environment = (await invoke('env')) as Record<string, string>;
  delete process.env['A_SECRET_OF_THE_PROCESS'];
  expect(environment).toEqual({
    _HANDLER: 'index.handler',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_FUNCTION_NAME: 'env',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: 'us-east-1',
    FOLDER: folder,
    LAMBDA_TASK_ROOT: join(folder, 'env'),
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
  });
});

it('gives a function the Lambda context', async () => {
  await start({
    context: 'exports.handler = async (_event, c) => ({ ...c, remaining: c.getRemainingTimeInMillis() });',
  });
  const { remaining, ...context } = (await invoke('context')) as Record<string, unknown>;
  expect(remaining).toBeGreaterThan(0);
  expect(remaining).toBeLessThanOrEqual(5000);
  expect(context).toEqual({
    awsRequestId: 'r-1',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'context',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
    logGroupName: '/aws/lambda/context',
    logStreamName: 'local',
    memoryLimitInMB: '128',
  });
});

// Each invocation says hello, waits until all of them have, and tells how many its instance was running.
const meeting = `
  const { appendFileSync, readFileSync } = require('node:fs');
  const instance = require('node:crypto').randomUUID();
  let running = 0;
  exports.handler = async ({ meet }) => {
    running += 1;
    const atOnce = running;
    appendFileSync(process.env.FOLDER + '/hello', 'x');
    while (readFileSync(process.env.FOLDER + '/hello').length < meet) await new Promise((r) => setTimeout(r, 5));
    running -= 1;
    return { instance, atOnce };
  };`;

it('runs one request per instance at a time, in as many instances as there are requests', async () => {
  await start({ meeting });
  const answers = await Promise.all([1, 2, 3].map(() => invoke('meeting', { meet: 3 })));
  const instances = (answers as { instance: string; atOnce: number }[]).map(({ instance, atOnce }) => {
    expect(atOnce).toBe(1);
    return instance;
  });
  expect(new Set(instances).size).toBe(3);
});

it('lets requests wait when ten instances are busy, and serves them in turn', async () => {
  await start({ meeting });
  // Ten meet, the eleventh finds the file full when its turn comes.
  const answers = await Promise.all(Array.from({ length: 11 }, () => invoke('meeting', { meet: 10 })));
  expect(new Set((answers as { instance: string }[]).map(({ instance }) => instance)).size).toBe(10);
});

it('takes a request out of the queue when its client leaves', async () => {
  await start({ meeting });
  const busy = Array.from({ length: 10 }, () => invoke('meeting', { meet: 11 }));
  const leaving = new AbortController();
  const waiting = invoke('meeting', { meet: 0 }, leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toThrow('the client left before its turn');
  const ended = expect(Promise.any(busy)).rejects.toThrow();
  await functions.close();
  await ended;
});

it('refuses a request when five hundred wait already', async () => {
  await start({ meeting });
  const busy = Array.from({ length: 10 }, () => invoke('meeting', { meet: 99 }));
  const waiting = Array.from({ length: 500 }, () => invoke('meeting', { meet: 99 }));
  await expect(invoke('meeting')).rejects.toThrow('500 requests wait for a free instance already');
  const ended = expect(Promise.any([...busy, ...waiting])).rejects.toThrow();
  await functions.close();
  await ended;
});

it('keeps what functions print, and their failures, in the log with their names', async () => {
  await start({
    prints:
      "exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); throw new Error('four'); };",
  });
  await expect(invoke('prints')).rejects.toThrow('r-1 Error: four');
  const lines = async () => (await readFile(log.path, 'utf8')).split('\n');
  while ((await lines()).length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await lines()).sort()).toEqual(['', 'prints one', 'prints r-1 Error: four', 'prints three', 'prints two']);
});

it('sends nothing more of an answer that failed, not even what waited for its client', async () => {
  await start({
    cuts: `exports.handler = awslambda.streamifyResponse(async ({ cut }, stream) => {
      if (!cut) return stream.end('"whole"');
      const piece = 256 * 1024;
      for (let index = 0; index < 4; index += 1) stream.write(Buffer.alloc(piece, 'x'));
      // Two pieces go ahead of the client, the third waits.
      while (stream.writableLength > 2 * piece) await new Promise((r) => setTimeout(r, 5));
      require('node:fs').writeFileSync(process.env.FOLDER + '/is-cut', '');
      throw new Error('cut');
    });`,
  });
  const { signal } = new AbortController();
  const answer = functions.invoke('cuts', { requestId: 'r-1', payload: '{"cut":true}', mode: 'stream', signal });
  await answer.next();
  while (!existsSync(join(folder, 'is-cut'))) await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(answer.next().then(() => answer.next())).rejects.toThrow('r-1 Error: cut');
  expect(await invoke('cuts')).toBe('whole');
});

it('starts a new instance after one has crashed', async () => {
  await start({
    crashes: "exports.handler = async ({ crash }) => { if (crash) process.exit(1); return 'ok'; };",
  });
  await expect(invoke('crashes', { crash: true })).rejects.toThrow('Runtime exited with code 1');
  expect(await invoke('crashes')).toBe('ok');
});

it('ends a handler that never yields when its time is up', async () => {
  const spin = await writeFunction(folder, 'spin', {
    source: 'exports.handler = () => { for (;;); };',
    timeoutSeconds: 0.2,
  });
  functions = new Functions([spin], {}, log);
  await expect(invoke('spin')).rejects.toThrow('r-1 Task timed out after 0.20 seconds');
});

describe('a function that loads for long', () => {
  // Its clock stands still until it is told to go on; the loading thread's own goes on.
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'setInterval', 'nextTick', 'performance', 'Date'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const source = `
    const { existsSync, writeFileSync } = require('node:fs');
    writeFileSync(process.env.FOLDER + '/loads', '');
    while (!existsSync(process.env.FOLDER + '/go-on'));
    exports.handler = async () => 'ok';`;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  async function load() {
    functions = new Functions([await writeFunction(folder, 'slow', { source, timeoutSeconds: 3 })], {}, log);
    return invoke('slow').catch((error: Error) => error.message);
  }

  it('is waited for beyond the ten seconds of its load, for as long as a request may take', async () => {
    const answer = load();
    while (!existsSync(join(folder, 'loads'))) await turn();
    jest.advanceTimersByTime(12_900);
    await writeFile(join(folder, 'go-on'), '');
    expect(await answer).toBe('ok');
  });

  it('is given up then', async () => {
    const answer = load();
    while (!existsSync(join(folder, 'loads'))) await turn();
    jest.advanceTimersByTime(13_000);
    expect(await answer).toBe('the function took more than 13.00 seconds to load');
    await writeFile(join(folder, 'go-on'), '');
  });
});

// Four instances have a thread each; further ones share these.
const curious = `
  globalThis.met ??= [];
  const { appendFileSync, readFileSync } = require('node:fs');
  exports.handler = async ({ says }) => {
    globalThis.met.push(says);
    process.env.MET = (process.env.MET ?? '') + says;
    console.log(says);
    appendFileSync(process.env.FOLDER + '/hello', 'x');
    while (readFileSync(process.env.FOLDER + '/hello').length < 8) await new Promise((r) => setTimeout(r, 5));
    const { threadId } = require('node:worker_threads');
    return { threadId, met: globalThis.met, env: require('node:process').env.MET };
  };`;

it('lets further instances share threads, and keeps from each other what they know, print and have as globals', async () => {
  await start({ one: curious, two: curious });
  const ask = (name: string) => Array.from({ length: 4 }, () => invoke(name, { says: name }));
  const answers = (await Promise.all([...ask('one'), ...ask('two')])) as { threadId: number }[];
  expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(4);
  const known = answers.map(({ threadId, ...answer }) => answer);
  const alone = (name: string) => Array(4).fill({ met: [name], env: name });
  expect(known).toEqual([...alone('one'), ...alone('two')]);
  const lines = async () => (await readFile(log.path, 'utf8')).split('\n');
  while ((await lines()).length < 9) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await lines()).sort()).toEqual(['', ...Array(4).fill('one one'), ...Array(4).fill('two two')]);
});

it('lets the neighbours of a function whose time is up finish', async () => {
  const waiting = `
    const { existsSync } = require('node:fs');
    exports.handler = async ({ file }) => {
      while (!existsSync(process.env.FOLDER + '/' + file)) await new Promise((r) => setTimeout(r, 5));
      return 'done';
    };`;
  const late = await writeFunction(folder, 'late', { source: waiting, timeoutSeconds: 1 });
  const neighbour = await writeFunction(folder, 'neighbour', { source: waiting });
  functions = new Functions([late, neighbour], {}, log);
  const four = (name: string, file: string) => Array.from({ length: 4 }, () => invoke(name, { file }));
  const timedOut = four('late', 'never').map((answer) => expect(answer).rejects.toThrow('timed out'));
  const finished = four('neighbour', 'enough');
  await Promise.all(timedOut);
  await writeFile(join(folder, 'enough'), '');
  expect(await Promise.all(finished)).toEqual(Array(4).fill('done'));
});

it('begins no further instance where one that works is free sooner', async () => {
  await start({
    slow: `console.log('loads');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      exports.handler = async () => new Promise((resolve) => setTimeout(resolve, 100, 'done'));`,
  });
  await invoke('slow');
  expect(await Promise.all([invoke('slow'), invoke('slow'), invoke('slow')])).toEqual(['done', 'done', 'done']);
  await log.close();
  expect(await readFile(log.path, 'utf8')).toBe('slow loads\n');
});

it('makes room by an instance that is not the only one of its function', async () => {
  const others = Array.from({ length: 24 }, (_, index) => `other-${index}`);
  const instance = "const id = require('node:crypto').randomUUID(); exports.handler = async () => id;";
  await start({ meeting, last: instance, ...Object.fromEntries(others.map((name) => [name, instance])) });
  const before: unknown[] = [];
  for (const name of others) before.push(await invoke(name));
  await Promise.all([1, 2].map(() => invoke('meeting', { meet: 2 })));
  await invoke('last');
  const after: unknown[] = [];
  for (const name of others) after.push(await invoke(name));
  expect(after).toEqual(before);
});
