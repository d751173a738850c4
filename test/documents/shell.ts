import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { root } from './blocks';

export interface BlockRun {
  /** Whatever went to stdout and stderr. */
  readonly printed: string;
  /** The statuses of the commands that failed, the last of a pipe each. */
  readonly failures: readonly number[];
}

/** Runs blocks one after another in one bash, in the folder of the clone, as a reader would who pastes them. */
export async function runInShell(blocks: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly BlockRun[]> {
  const mark = randomUUID();
  const script = [
    'exec 2>&1',
    'set -o errtrace',
    'FAILED=',
    `trap 'FAILED="$FAILED $?"' ERR`,
    ...blocks.flatMap((block) => [block, `printf '\\n${mark}%s\\n' "$FAILED"; FAILED=`]),
  ].join('\n');
  const shell = spawn('bash', ['-c', script], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(shell, 'close');
  const runs = output.split(new RegExp(`\\n${mark}((?: \\d+)*)\\n`));
  return blocks.map((_, index) => {
    const [printed, failures] = [runs[index * 2], runs[index * 2 + 1]];
    if (printed === undefined || failures === undefined) throw new Error(`the shell ended early:\n${output}`);
    // Headers end with CR and LF.
    return { printed: printed.replaceAll('\r', ''), failures: failures.split(' ').filter(Boolean).map(Number) };
  });
}
