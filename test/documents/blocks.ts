import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What the documents hold between fences. The language of a fence says what becomes of the block:
//
// - `sh` is run, line by line as a reader would paste it, in one shell for each page (test/end-to-end/documents.test.ts);
// - `text`, `json` or `csv` after it is what it prints;
// - `sql` has lines of an expression, two dashes and what comes out (test/engine/documents.test.ts);
// - no language at all is a picture or a grammar, and holds no commands;
// - `Not run by the tests: ` and a reason, as the first line of a block (`# Not run ...`) or as a paragraph right above it,
//   says that it is left alone; as a paragraph above the first heading of the second order, that all blocks of the page are.
//
// Anything else, and code that is indented in place of fenced, is a mistake (test/documents/blocks.test.ts).

export type BlockKind = 'answer' | 'commands' | 'not-run' | 'picture' | 'sql' | 'wrong';

export interface Block {
  readonly kind: BlockKind;
  readonly language: string;
  /** Of the fence, or of the first indented line, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface Page {
  /** Below the root: `docs/sql.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export const root = join(__dirname, '..', '..');

/** The README and every document below `docs`. */
export const pages = (): readonly Page[] =>
  [
    'README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`)
      .sort(),
  ].map(pageAt);

export function pageAt(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

const notRun = /^(# )?\*?Not run (by the tests|here): \S/;
const fence = /^```(.*)$/;
const answerLanguages = ['csv', 'json', 'text'];

export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  const firstHeading = lines.findIndex((line) => line.startsWith('## '));
  const isPageNotRun = lines.some((line, at) => at < firstHeading && isParagraph(lines, at) && notRun.test(line));
  for (let at = 0; at < lines.length; at++) {
    const [, info] = fence.exec(lines[at] ?? '') ?? [];
    const isFenced = info !== undefined;
    if (!isFenced && !beginsIndented(lines, at)) continue;
    const start = isFenced ? at + 1 : at;
    let end = start;
    while (end < lines.length && (isFenced ? !fence.test(lines[end] ?? '') : /^( {4}|$)/.test(lines[end] ?? ''))) end++;
    const block = {
      language: isFenced ? info.trim() : 'indented',
      line: at + 1,
      text: lines
        .slice(start, end)
        .map((line) => `${line}\n`)
        .join(''),
    };
    const isNotRun = isPageNotRun || (lines[at - 1] === '' && isMarked(lines.slice(0, at - 1)));
    blocks.push({ ...block, kind: isNotRun ? 'not-run' : kindOf(block, blocks.at(-1)) });
    at = isFenced ? end : end - 1;
  }
  return blocks;
}

/** Whether the last paragraph of these lines is the mark. */
const isMarked = (lines: readonly string[]): boolean => notRun.test(lines.slice(lines.lastIndexOf('') + 1)[0] ?? '');

/** Whether a line begins one that is followed by another paragraph, not by a block. */
function isParagraph(lines: readonly string[], at: number): boolean {
  const end = lines.indexOf('', at);
  return lines[at - 1] === '' && end >= 0 && !fence.test(lines[end + 1] ?? '');
}

/** Four blanks begin a block after an empty line, save in a list. */
function beginsIndented(lines: readonly string[], at: number): boolean {
  if (!/^ {4}\S/.test(lines[at] ?? '') || lines[at - 1] !== '') return false;
  const before = lines.slice(0, at).findLast((line) => line !== '' && !line.startsWith('  '));
  return !/^([-*]|\d+\.) /.test(before ?? '');
}

function kindOf({ language, text }: Omit<Block, 'kind'>, before: Block | undefined): BlockKind {
  if (notRun.test(text)) return 'not-run';
  if (language === 'sh') return 'commands';
  if (language === 'sql') return 'sql';
  if (language === '') return 'picture';
  return answerLanguages.includes(language) && before?.kind === 'commands' ? 'answer' : 'wrong';
}
