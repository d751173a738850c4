import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CsvInput, Output } from '../../src/engine/index';

// A case file is a list of blocks with blank lines between them. `input` and `output` set options, `data` the bytes of
// the file (each line after its `|`, or all of it as a JSON string), until they are set again. A case is its sentence,
// the query, `----` and what comes out: rows, where `(empty)` is an empty line; `(no rows)`; `exactly` and the whole
// result as a JSON string; or `error Code place`.

interface Settings {
  readonly input: Partial<CsvInput>;
  readonly output: Partial<Output>;
  readonly data: string;
}

export interface Case extends Settings {
  readonly name: string;
  readonly expression: string;
  readonly expected: string;
}

function casesIn(text: string): Case[] {
  const cases: Case[] = [];
  let settings: Settings = { input: {}, output: {}, data: '' };
  for (const block of text.trimEnd().split(/\n{2,}/)) {
    const lines = block.split('\n');
    const ruler = lines.indexOf('----');
    const sentence: string[] = [];
    const query: string[] = [];
    for (const line of ruler < 0 ? lines : lines.slice(0, ruler)) {
      const changed = settingsWith(settings, line);
      if (changed) settings = changed;
      else if (line.startsWith('# ')) sentence.push(line.slice(2));
      else query.push(line);
    }
    if (ruler < 0 && query.length > 0) throw new Error(`A case without ----: ${block}`);
    if (ruler < 0) continue;
    const expression = query.join('\n');
    cases.push({
      ...settings,
      name: [...sentence, expression].join(' '),
      expression,
      expected: resultIn(lines.slice(ruler + 1)),
    });
  }
  return cases;
}

/** The settings that a line changes; undefined for a line of a query. */
function settingsWith(settings: Settings, line: string): Settings | undefined {
  const [, word, json] = /^(input|output|data) ([{"].*)$/.exec(line) ?? [];
  if (word && json) return { ...settings, [word]: JSON.parse(json) };
  if (line === 'data') return { ...settings, data: '' };
  if (line.startsWith('|')) return { ...settings, data: `${settings.data}${line.slice(1)}\n` };
  return undefined;
}

/** What the query answers, as answerOf has it. */
function resultIn(lines: readonly string[]): string {
  const [first = ''] = lines;
  if (first === '(no rows)') return '';
  if (first.startsWith('error ')) return first;
  if (first.startsWith('exactly ')) return JSON.parse(first.slice('exactly '.length));
  return lines.map((line) => (line === '(empty)' ? '\n' : `${line}\n`)).join('');
}

const filesIn = (folder: string) =>
  readdirSync(join(__dirname, folder))
    .sort()
    .map((file) => ({
      name: file.replace(/\.txt$/, ''),
      text: readFileSync(join(__dirname, folder, file), 'utf8'),
    }));

/** The cases of each file in `cases`. */
export const caseFiles = () => filesIn('cases').map(({ name, text }) => ({ name, cases: casesIn(text) }));

// A line of the files in `expressions` is an expression, two dashes, and what a field of the result holds: text, `(empty)`,
// or `error Code`. `row` gives the record that it is selected over; lines that start with # are remarks.

export interface ExpressionCase {
  readonly expression: string;
  readonly data: string;
  readonly expected: string;
}

/** The cases of each file in `expressions`. */
export const expressionFiles = () =>
  filesIn('expressions').map(({ name, text }) => ({ name, cases: expressionsIn(text) }));

function expressionsIn(text: string): ExpressionCase[] {
  const lines = text.split('\n');
  const row = lines.find((line) => line.startsWith('row '))?.slice('row '.length) ?? 'Mars';
  return lines
    .filter((line) => line !== '' && !/^(#|row )/.test(line))
    .map((line) => {
      const at = line.lastIndexOf(' -- ');
      return { expression: line.slice(0, at).trimEnd(), data: `${row}\n`, expected: line.slice(at + ' -- '.length) };
    });
}

/** When the queries of these files begin. */
export const now = new Date('2026-11-25T12:00:00.250Z');

/** What an answer has to compare with `expected`: the field, or the error without its place. */
export const fieldIn = (answer: string): string =>
  /^error \w+/.exec(answer)?.[0] ?? (answer.replace(/\n$/, '') || '(empty)');
