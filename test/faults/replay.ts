import { isDeepStrictEqual } from 'node:util';
import { statusOfKind } from '../../src/api/problem';
import { errorsOf, type Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { type ErrorCode, errorCatalogue } from '../../src/errors';
import { advance, setClock } from './clock';
import type { FaultyCloud } from './cloud';
import { type FaultKind, secret } from './faults';
import type { Fault, RecordedCall } from './proxy';
import type { Answer, Prepared, Scenario } from './scenario';
import { createWorld, type World, withoutChance } from './world';

/** A scenario as it goes when nothing fails. */
export interface Walk {
  readonly scenario: Scenario;
  readonly calls: readonly RecordedCall[];
  readonly answer: Answer;
  /** What its answer says, and what can be seen after it, without what chance has made. */
  readonly said: unknown;
  readonly visible: unknown;
}

export async function walk(cloud: FaultyCloud, scenario: Scenario): Promise<Walk> {
  const world = await createWorld(cloud);
  const prepared = await scenario.prepare(world);
  const { result: answer, calls } = await cloud.aws.watch(prepared.send);
  return { scenario, calls, answer, said: said(world, answer), visible: await seen(world, prepared) };
}

export interface Outcome {
  /** What is wrong; nothing where all is right. */
  readonly wrong: readonly string[];
  /** Whether a part was left that the scenario allows, until the repeat completed it. */
  readonly isPart: boolean;
}

/** Lets a call of the scenario fail, then repeats the request. */
export async function replay(cloud: FaultyCloud, walked: Walk, fault: Fault): Promise<Outcome> {
  const world = await createWorld(cloud);
  const { scenario } = walked;
  const prepared = await scenario.prepare(world);
  const before = prepared.isLookingDoing ? undefined : await seen(world, prepared);
  const { result: answer, hits } = await cloud.aws.watch(() => settled(prepared.send), fault);
  if (hits === 0) return { wrong: ['the call was not made'], isPart: false };
  if (answer instanceof Error) return { wrong: [`the function has thrown: ${answer.message}`], isPart: false };
  const after = await seen(world, prepared);
  const repeat = await repeated(prepared, walked);
  const end = await seen(world, prepared);
  setClock();

  const isRefusal = prepared.isRefusedWhenDone && fault.kind === 'refused';
  const isWhole = isRefusal || isDeepStrictEqual(after, end);
  const isBetween = !isWhole && !isDeepStrictEqual(after, before);
  const isPart = isBetween && prepared.isPart?.(after, end) === true;
  const wrong = [
    ...undocumented(world, walked, answer, fault.kind),
    ...(isBetween && !isPart ? [`half a write: ${show(before)} became ${show(after)}, and then ${show(end)}`] : []),
    ...(answer.status === 200 && !answer.isCut && !isWhole
      ? [`said done what was not: ${show(after)}, ${show(end)}`]
      : []),
  ];
  const isDone = repeat.status === walked.answer.status && !repeat.isCut;
  const wasDone = prepared.doneAlready !== undefined && codeOf(repeat) === prepared.doneAlready && isWhole;
  if (!isDone && !wasDone) wrong.push(`the repeat was answered ${repeat.status} ${repeat.body}`);
  if (isDone && !prepared.visible && !isDeepStrictEqual(said(world, repeat), walked.said)) {
    wrong.push(`the repeat answered ${repeat.body}`);
  }
  if (!isDeepStrictEqual(end, walked.visible)) wrong.push(`it ended as ${show(end)}, not ${show(walked.visible)}`);
  return { wrong, isPart };
}

/** Lets a call fail once, such that the SDK makes it again; answers what of that can be noticed. */
export async function again(cloud: FaultyCloud, walked: Walk, fault: Fault): Promise<readonly string[]> {
  const world = await createWorld(cloud);
  const prepared = await walked.scenario.prepare(world);
  const { result: answer, hits } = await cloud.aws.watch(prepared.send, fault);
  const end = await seen(world, prepared);
  setClock();
  return [
    ...(hits === 1 ? [] : [`the call was met ${hits} times`]),
    ...(isDeepStrictEqual(said(world, answer), walked.said) ? [] : [`answered ${answer.status} ${answer.body}`]),
    ...(isDeepStrictEqual(end, walked.visible) ? [] : [`ended as ${show(end)}, not ${show(walked.visible)}`]),
  ];
}

const settled = async (send: Prepared['send']): Promise<Answer | Error> =>
  send().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

/** As a client does it that heeds Retry-After. */
async function repeated({ send, repeat = send }: Prepared, { answer: { status } }: Walk): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await repeat();
    const { 'retry-after': retryAfter } = answer.headers;
    if (answer.status === status || retryAfter === undefined || tries === 3) return answer;
    advance(Number(retryAfter) * 1000);
  }
}

const seen = async (world: World, { visible }: Prepared): Promise<unknown> =>
  visible ? withoutChance(world, (await visible()) ?? null) : null;

const said = (world: World, { status, body }: Answer): unknown => withoutChance(world, [status, body]);

const show = (value: unknown): string => JSON.stringify(value);

/** What no problem document may tell. */
const inner =
  /arn:|amazonaws|127\.0\.0\.1|dynamodb|cognito|\bsdk\b|exception|SlowDown|AccessDenied|ECONN|node_modules|\.ts\b| {4}at /i;

function undocumented({ email, home }: World, { scenario, answer: whole }: Walk, answer: Answer, kind: FaultKind) {
  const row = routes.find(({ key }) => key === scenario.handler);
  if (!row) return [];
  const { status, body, headers, isCut } = answer;
  if (isCut) {
    const isBeginning = whole.body.startsWith(body) && body.length < whole.body.length;
    return row.reply.kind === 'stream' && isBeginning ? [] : [`was cut after ${body}`];
  }
  if (status < 400) {
    // A version that is held need not be sent; of another than the one that was named all is.
    const isRight = status === whole.status || (kind === 'refused' && [200, 304].includes(status));
    if (!isRight) return [`status ${status}`];
    return row.reply.kind === 'stream' && status === whole.status && body !== whole.body ? [`answered ${body}`] : [];
  }
  const text = JSON.stringify(headers) + body;
  const names = [email, home, secret, ...Object.entries(process.env).flatMap(nameOfResource)];
  return [
    ...problemFaults(row, answer, kind),
    ...(inner.test(text) ? [`tells ${inner.exec(text)?.[0]}: ${text}`] : []),
    ...names.filter((name) => text.includes(name)).map((name) => `tells ${name}: ${text}`),
  ];
}

const nameOfResource = ([variable, value]: [string, string | undefined]): readonly string[] =>
  value && /_(TABLE|BUCKET|POOL_ID|CLIENT_ID)$/.test(variable) ? [value] : [];

/** All that is said of what is not the caller's fault. */
const said500 = 'Something failed on our side. Try again in a moment.';

/** What befalls AWS is never the caller's fault; what befalls a condition may be. */
function problemFaults(row: Route, { status, headers, body }: Answer, kind: FaultKind): readonly string[] {
  const isHead = row.reply.kind === 'headers';
  const problem = JSON.parse(body);
  const code: string = problem.code;
  const allowed: readonly string[] =
    kind === 'refused' || kind === 'raced'
      ? errorsOf(row)
      : kind === 'throttled'
        ? ['InternalError', 'TooManyAttempts']
        : ['InternalError'];
  const entry = errorCatalogue[code as ErrorCode];
  return [
    ...(headers['content-type'] === 'application/problem+json' || isHead ? [] : ['no problem document']),
    ...(allowed.includes(code) && (errorsOf(row) as readonly string[]).includes(code)
      ? []
      : [`answered ${status} ${code}`]),
    ...(entry && statusOfKind[entry.kind] === status && problem.status === status ? [] : [`${status} is ${code}`]),
    ...(status === 500 && problem.detail !== said500 ? [`says ${problem.detail}`] : []),
    ...(headers['x-request-id'] === problem.request_id && problem.detail ? [] : ['no request id, or no detail']),
    ...(status === 429 && !headers['retry-after'] ? ['429 without Retry-After'] : []),
  ];
}

function codeOf({ body }: Answer): string | undefined {
  try {
    return JSON.parse(body).code;
  } catch {
    return undefined;
  }
}
