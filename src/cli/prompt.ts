import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Exit, exitCodes } from './exit';

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks the person at the terminal, on stderr, for a line. What is typed to a silent one is not shown. */
export function ask(
  question: string,
  { silent = false } = {},
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  const shown = silent ? new Writable({ write: (_chunk, _encoding, done) => done() }) : output;
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  if (silent) output.write(`${question}: `);
  return new Promise<string>((resolve, reject) => {
    // Ctrl-C, or Ctrl-D, the end of what can be typed: the interface is closed without a line.
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      if (silent) output.write('\n');
      reject(new Exit(exitCodes.interrupted)); // Which changes nothing where there was a line.
    });
    lines.question(silent ? '' : `${question}: `, (answer) => {
      resolve(silent ? answer : answer.trim());
      lines.close();
    });
  });
}

/** Far above any password. */
const maxLineBytes = 4096;

/** All that comes on stdin, without the line end that `echo` adds. */
export async function readLine(stdin: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxLineBytes) break;
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
