import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { datadock, type RunningServer, startServer } from '../../end-to-end/server';
import { type Answer, type Ask, askOf } from './ask';
import { differs, wrongIn } from './differs';
import { firstState } from './first-state';
import type { AnyOperation } from './operation';
import { operations } from './operations';
import { copyOf, type State } from './state';
import { adopt, type Doubt, expectedView, observe } from './view';

interface Doing {
  readonly name: string;
  readonly args: { readonly email?: string; readonly password?: string };
}

const shownFaults = 5;

/** One step of a run: an operation, a restart, or a kill amid an operation. */
export type Step =
  | ({ readonly kind: 'do' } & Doing)
  | { readonly kind: 'restart' }
  | ({ readonly kind: 'kill'; readonly afterMs: number } & Doing);

/** A run of the product against the model. It throws at the first difference. */
export class Run {
  readonly state: State = firstState();
  readonly counts = { operations: 0, restarts: 0, kills: 0, amid: 0, happened: 0 };
  #dataDir = mkdtempSync(join(tmpdir(), 'datadock-model-'));
  #server: RunningServer | undefined;
  #ask: Ask = askOf(
    () => this.#running,
    async (...args) => {
      const { exitCode, stdout } = await datadock(...args, '--outputs', join(this.#dataDir, 'outputs.json'));
      return { status: exitCode === 0 ? 200 : 500, body: stdout, etag: null };
    },
  );

  async start(): Promise<void> {
    this.#server = await startServer(this.#dataDir);
  }

  async close(): Promise<void> {
    await this.#server?.stop('SIGKILL');
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** The last lines of the functions' log that tell of no answered request: why something answered 500. */
  faults(): readonly string[] {
    const log = join(this.#dataDir, 'logs', 'functions.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    return lines.filter((line) => !line.includes('"message":"request"')).slice(-shownFaults);
  }

  get #running(): RunningServer {
    if (!this.#server) throw new Error('the server does not run');
    return this.#server;
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'restart') await this.#restart();
    else if (step.kind === 'kill') await this.#kill(step);
    else await this.#do(step);
  }

  async #do({ name, args }: Doing): Promise<void> {
    const operation = operations[name] as AnyOperation;
    const answer = await operation.send(this.state, args, this.#ask);
    if (!answer) return;
    this.counts.operations++;
    const wrong = wrongIn(operation.apply(this.state, args, answer), answer);
    if (wrong) throw new Error(`${name}: ${wrong}`);
  }

  async #restart(): Promise<void> {
    const ended = await this.#running.stop('SIGTERM');
    if (ended !== 0) throw new Error(`SIGTERM ended the server with ${ended}`);
    await this.start();
    this.counts.restarts++;
    await this.#compare([this.state], undefined);
  }

  /** Kills the server while an operation is under way. Without its answer nobody knows whether it happened. */
  async #kill({ name, args, afterMs }: Doing & { readonly afterMs: number }): Promise<void> {
    const operation = operations[name] as AnyOperation;
    const sent = operation.send(this.state, args, this.#ask)?.then(
      (answer): Answer | undefined => answer,
      () => undefined,
    );
    await sleep(afterMs);
    await this.#running.stop('SIGKILL');
    const answer = await sent;
    await this.start();
    this.counts.kills++;
    if (!sent) return this.#compare([this.state], undefined);
    this.counts.operations++;
    const doubt = doubtOf(this.state, { name, args });
    if (answer && answer.status < 500) {
      const wrong = wrongIn(operation.apply(this.state, args, answer), answer);
      if (wrong) throw new Error(`${name}, while it was killed: ${wrong}`);
      return this.#compare([this.state], undefined);
    }
    this.counts.amid++;
    if (name === 'setActive') return this.#do({ name, args });
    const after = copyOf(this.state);
    operation.apply(after, args);
    await this.#compare([this.state, after, ...(operation.halves?.(this.state, args) ?? [])], doubt);
  }

  /** Compares what can be seen with the first of several states that explains it, and goes on with that one. */
  async #compare(candidates: readonly State[], doubt: Doubt | undefined): Promise<void> {
    const everyone = Object.assign({}, ...candidates.map(({ users }) => users));
    const view = await observe({ ...this.state, users: everyone }, this.#ask, doubt);
    const differences = candidates.map((state) => differs(expectedView(state, doubt), view));
    const index = differences.indexOf(undefined);
    const state = candidates[index];
    if (!state) throw new Error(`after a restart: ${differences.join('; or ')}`);
    if (index > 0) this.counts.happened++;
    adopt(state, view);
    Object.assign(this.state, state);
  }
}

/** Whose account a step that was cut short leaves in doubt. */
function doubtOf({ users }: State, { name, args: { email, password } }: Doing): Doubt | undefined {
  const doubtful = ['signup', 'confirm', 'reset'];
  if (email === undefined || !doubtful.includes(name)) return undefined;
  const known = users[email]?.password;
  return { email, passwords: [known, password].filter((each) => each !== undefined) };
}
