import { Agent, request } from 'node:http';
import { type Ask, mixOf } from './mix';
import { randomOf } from './random';
import type { World } from './world';

// The client, in a process of its own, which its parent tells what to do. Requests are sent when they are due, whether or not
// those before them have been answered, and their time counts from when they were due: a server that stalls pays for all that
// it lets wait, also for what a busy client sends late. Arrivals are random, as those of people are (a Poisson process).

export interface Trial {
  readonly world: World;
  /** Requests a second, on average. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface Measured {
  /** By kind, the times of all answers. */
  readonly msByKind: Readonly<Record<string, readonly number[]>>;
  /** What went wrong, the first of it in words. */
  readonly errors: number;
  readonly firstErrors: readonly string[];
  readonly sent: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const timeoutMs = 10_000;
/** So far behind, the server will not catch up. */
const mostUnderWay = 2000;
const shownErrors = 5;

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

function send(url: string, { method, path, token, type, body }: Ask): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(type !== undefined && { 'content-type': type }),
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(`${url}/api/v1${path}`, { method, headers, agent, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

async function measure({ world, rate, seconds, seed }: Trial, mix: ReturnType<typeof mixOf>): Promise<Measured> {
  const random = randomOf(seed);
  const weights = mix.reduce((sum, { weight }) => sum + weight, 0);
  const msByKind: Record<string, number[]> = Object.fromEntries(mix.map(({ name }) => [name, []]));
  const firstErrors: string[] = [];
  let [errors, sent, underWay] = [0, 0, 0];
  const cpu = process.cpuUsage();

  const fail = (text: string) => {
    errors++;
    if (firstErrors.length < shownErrors) firstErrors.push(text);
  };
  function draw(): { readonly name: string; readonly asked: Ask } {
    const at = random() * weights;
    let [index, passed] = [0, mix[0]?.weight ?? 0];
    for (; passed <= at; index++) passed += mix[index + 1]?.weight ?? weights;
    for (; ; index = (index + 1) % mix.length) {
      const { name = '', ask } = mix[index] ?? {};
      const asked = ask?.();
      if (asked) return { name, asked };
    }
  }
  async function run(dueMs: number): Promise<void> {
    const { name, asked } = draw();
    sent++;
    underWay++;
    try {
      const { status, text } = await send(world.url, asked);
      msByKind[name]?.push(performance.now() - dueMs);
      if (status !== 200) fail(`${name}: ${asked.method} ${asked.path} answered ${status}: ${text.slice(0, 300)}`);
      else if (asked.answer !== undefined && text !== asked.answer) fail(`${name}: ${asked.path} answered otherwise`);
      else asked.done?.(text);
    } catch (error) {
      fail(`${name}: ${(error as Error).message}`);
    } finally {
      underWay--;
    }
  }

  const startedMs = performance.now();
  const running = new Set<Promise<void>>();
  let dueMs = startedMs;
  await new Promise<void>((resolve) => {
    const sendDue = () => {
      for (; dueMs <= performance.now(); dueMs += (-Math.log(1 - random()) / rate) * 1000) {
        if (dueMs - startedMs >= seconds * 1000) return resolve();
        if (underWay >= mostUnderWay) {
          fail(`${mostUnderWay} requests wait for their answer`);
          return resolve();
        }
        const request = run(dueMs).finally(() => running.delete(request));
        running.add(request);
      }
      setTimeout(sendDue, dueMs - performance.now());
    };
    sendDue();
  });
  await Promise.all(running);
  const { user, system } = process.cpuUsage(cpu);
  return {
    msByKind,
    errors,
    firstErrors,
    sent,
    seconds: (performance.now() - startedMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

// Without the parent there is nobody to tell.
process.on('disconnect', () => process.exit());

let mix: ReturnType<typeof mixOf> | undefined;
process.on('message', async (trial: Trial) => {
  const random = randomOf(trial.seed + 1);
  mix ??= mixOf(trial.world, (below) => Math.floor(random() * below));
  process.send?.(await measure(trial, mix));
});
