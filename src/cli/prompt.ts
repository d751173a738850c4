import { read } from 'read';
import { Exit, exitCodes } from './exit';

/** Asks the person at the terminal, on stderr, for a line. What is typed to a silent one is not shown. */
export async function ask(question: string, { silent = false } = {}): Promise<string> {
  try {
    const answer = await read({ prompt: `${question}: `, silent, output: process.stderr });
    return silent ? answer : answer.trim();
  } catch {
    throw new Exit(exitCodes.interrupted); // Ctrl-C, or the end of what can be typed.
  }
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
