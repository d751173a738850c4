import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildCommandLine } from '../../bin/command-line';
import { type Block, blocksOf, type Page, pageAt, pages } from '../documents/blocks';
import { runInShell } from '../documents/shell';
import { compare } from '../documents/shown-answer';
import { paste, useServer } from './server';

jest.setTimeout(120_000);

// Every block of commands in the documents is run as it is pasted, against one server in a fresh data folder, and prints what
// the page shows: all of it, so that no page keeps an answer from its reader. Only addresses and the data folder are others.

const server = useServer(tutorialSettings());
const folder = mkdtempSync(join(tmpdir(), 'datadock-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The variables that the tutorial starts the product with. Its failures are those that the first requests meet. */
function tutorialSettings(): NodeJS.ProcessEnv {
  const [, variables = ''] = /^((?:[A-Z_]+=\S+ )+)npm start$/m.exec(pageAt('docs/tutorial.md').text) ?? [];
  return Object.fromEntries(
    variables
      .trim()
      .split(' ')
      .map((variable) => variable.split('=')),
  );
}

/** `npx datadock` is the command line of these sources, built as npm ci builds it; `npx` is otherwise what it is. */
beforeAll(() => {
  const command = buildCommandLine(join(folder, 'cli'));
  const npx = join(folder, 'bin', 'npx');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = datadock ] || exit 70\nshift\nexec '${process.execPath}' '${command}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
});

const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
  HOME: folder,
  TMPDIR: folder,
  LANG: 'C.UTF-8',
  DATA_DIR: server.current.dataDir,
});

const documented = 'http://127.0.0.1:3000';
const asHere = (lines: string) => lines.replaceAll(documented, server.current.url).replaceAll('.data/', '$DATA_DIR/');
const asDocumented = (printed: string) =>
  printed.replaceAll(server.current.url, documented).replaceAll(server.current.dataDir, '.data');

/** What a page that leads there takes for granted: where the API is, a token, and a short word for a request with it. */
const inShell = 'accounts.md#in-a-shell';
function before({ path, text }: Page): string {
  if (path === 'docs/accounts.md' || !text.includes(inShell)) return ':';
  const [, section = ''] = pageAt('docs/accounts.md').text.split(/^#+ In a shell$/m);
  return blocksOf(section).find(({ kind }) => kind === 'commands')?.text ?? '';
}

const commandsOf = ({ blocks }: Page): readonly Block[] => blocks.filter(({ kind }) => kind === 'commands');

/** The tutorial first: it begins with a server that nobody has asked yet. */
const inOrder = [...pages()]
  .sort((a, b) => Number(b.path === 'docs/tutorial.md') - Number(a.path === 'docs/tutorial.md'))
  .filter((page) => commandsOf(page).length > 0)
  .map((page) => [page.path, page] as const);

test.each(inOrder)('%s: its commands, pasted as they are, print what it shows', async (path, page) => {
  const commands = commandsOf(page);
  const [, ...runs] = await runInShell([before(page), ...commands.map(({ text }) => text)].map(asHere), environment());
  for (const [index, block] of commands.entries()) {
    const place = `${path}:${block.line}`;
    const { printed = '', failures = [] } = runs[index] ?? {};
    const next = page.blocks[page.blocks.indexOf(block) + 1];
    const shown = next?.kind === 'answer' ? next : undefined;
    const { matches, ...texts } = compare(shown?.language ?? 'text', shown?.text ?? '', asDocumented(printed));
    if (!matches) expect({ place, printed: texts.printed }).toEqual({ place, printed: texts.shown });
    // A reader who is not told would take a failure for a fault of the page.
    if (!block.text.includes('$?')) expect({ place, failures }).toEqual({ place, failures: [] });
  }
});

test('the lines that npm start prints work as they are printed', async () => {
  const lines = server.current
    .printed()
    .split('\n')
    .filter((line) => /^ {2}(TOKEN=|ID=|curl )/.test(line))
    .join('\n');
  expect(lines).toContain('/query');
  const expected = server.current.printed().match(/^ {4}(.*)$/m)?.[1];
  expect((await paste(lines)).trim()).toBe(expected);
});
