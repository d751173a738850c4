import fc from 'fast-check';
import { csvOf, question, tables, writing } from '../../../interactions/random-tables';
import { type Question, Reference } from '../../../interactions/reference';
import type { Expected, Operation } from '../operation';
import type { Random } from '../random';
import type { Import, State } from '../state';
import { anySignedIn, tokenOf } from './files';

const sample = <T>(arbitrary: fc.Arbitrary<T>, random: Random): T | undefined =>
  fc.sample(arbitrary, { seed: random.below(2 ** 31), numRuns: 1 })[0];

/** The administrator that `npm start` brings. */
export const admin = { email: 'demo@example.com', password: 'Datadock-demo-1' };

export const importTable: Operation<Import & { readonly isBad: boolean }> = {
  weight: 3,
  draw: (state, random) => {
    const again = random.isIn(20) ? random.oneOf(state.imports) : undefined;
    if (again) return { ...again, isBad: false };
    const table = sample(tables, random)?.find(({ rows }) => rows.length > 0);
    const written = sample(writing, random);
    if (!table || !written) return undefined;
    return { table, csv: csvOf(table, { ...written, lineEnd: '\n', delimiter: ',' }), isBad: random.isIn(20) };
  },
  send: (_, { table: { kind }, csv, isBad }, ask) => {
    const bad = {
      customers: 'x,Name,Red,\n',
      interactions: '31/02/2020 10:00,Email,1,x\n',
      products: '13-2020,Sand\n',
    };
    return ask({ path: '/auth/login', json: admin }).then(({ body }) =>
      ask({ path: `/imports/${kind}`, csv: isBad ? csv + bad[kind] : csv, token: body.access_token }),
    );
  },
  apply: (state, { table, csv, isBad }) => {
    if (isBad) return { code: 'ImportRejected' };
    // A customer is as the last file says: an earlier file of customers brings its types anew.
    const others = state.imports.filter((each) => each.table.kind === table.kind);
    const earlier = table.kind === 'customers' ? others.slice(-1) : others;
    const isRepeat = earlier.some((each) => each.csv === csv);
    state.imports.push({ table, csv });
    const { rows } = table;
    const count = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= rows.length;
    return {
      body: {
        imported: isRepeat ? 0 : count,
        unchanged: isRepeat ? rows.length : count,
        rejected: [],
        report: (report: { readonly rows: number }) => report.rows === rows.length,
      },
    };
  },
};

export const referenceOf = (imports: readonly Import[]) => new Reference(imports.map(({ table }) => table));

interface Asked extends Question {
  readonly email: string;
}

function drawQuestion(state: State, random: Random): Asked | undefined {
  const email = anySignedIn(state, random);
  const asked = sample(question, random);
  if (email === undefined || !asked) return undefined;
  const [from, to] = [asked.from, asked.to];
  const isTurned = from !== undefined && to !== undefined && from > to;
  return JSON.parse(JSON.stringify({ ...asked, email, ...(isTurned && { from: to, to: from }) }));
}

const parametersOf = ({ topic, match, from, to }: Question, more: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams({ match, ...more, ...(topic && { topic }), ...(from && { from }), ...(to && { to }) });

const knows = (reference: Reference, topic: string | undefined) =>
  topic === undefined || reference.topics.some((each) => each.toLowerCase() === topic.trim().toLowerCase());

export const readInteractions: Operation<Asked & { readonly id: number }> = {
  weight: 4,
  draw: (state, random) => {
    const asked = drawQuestion(state, random);
    return asked && { ...asked, id: 1 + random.below(13) };
  },
  send: (state, { id, ...asked }, ask) => {
    const token = tokenOf(state, asked.email);
    return token === undefined ? undefined : ask({ path: `/interactions/${id}?${parametersOf(asked)}`, token });
  },
  apply: ({ imports }, { id, ...asked }): Expected | readonly Expected[] => {
    const reference = referenceOf(imports);
    const refusals: Expected[] = [];
    if (!reference.isKnown(id)) refusals.push({ code: 'CustomerNotFound' });
    if (!knows(reference, asked.topic)) refusals.push({ code: 'UnknownTopic' });
    if (refusals.length > 0) return refusals;
    const { channels, topic } = reference.customer(id, asked);
    const told = topic && { topic: topic.name, match: asked.match, unattributed: topic.unattributed };
    return { body: { data: { customer_id: id, interactions: Object.fromEntries(channels), ...told } } };
  },
};

const groupings = [[], ['channel'], ['customer_type', 'month'], ['topic'], ['month', 'channel', 'topic']];

interface CountedRow {
  readonly count: number;
  readonly [dimension: string]: unknown;
}

/** Rows as lines, without those that count nothing. */
const linesOf = (rows: readonly CountedRow[], groupBy: readonly string[]) =>
  Object.fromEntries(
    rows
      .filter(({ count }) => count > 0)
      .map((row) => [JSON.stringify(groupBy.map((dimension) => row[dimension])), row.count]),
  );

export const readStatistics: Operation<Asked & { readonly groupBy: readonly string[] }> = {
  weight: 4,
  draw: (state, random) => {
    const asked = drawQuestion(state, random);
    return asked && { ...asked, groupBy: random.oneOf(groupings) ?? [] };
  },
  send: (state, { groupBy, ...asked }, ask) => {
    const token = tokenOf(state, asked.email);
    const parameters = parametersOf(asked, groupBy.length > 0 ? { group_by: groupBy.join(',') } : {});
    return token === undefined ? undefined : ask({ path: `/statistics/interactions?${parameters}`, token });
  },
  apply: ({ imports }, { groupBy, ...asked }) => {
    const reference = referenceOf(imports);
    if (!knows(reference, asked.topic)) return { code: 'UnknownTopic' };
    const { lines, total } = reference.statistics(groupBy, asked);
    const isRight = (rows: readonly CountedRow[]) => {
      const answered = linesOf(rows, groupBy);
      const all = new Set([...Object.keys(lines), ...Object.keys(answered)]);
      return [...all].every((line) => lines[line] === answered[line]);
    };
    return { body: { data: isRight, total } };
  },
};
