import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageAt, pages, root } from './blocks';

const pictures = pages().flatMap(({ path, blocks }) =>
  blocks.filter(({ kind }) => kind === 'picture').map(({ text, line }) => [`${path}:${line}`, text] as const),
);

test.each(pictures)('the files that the picture at %s names are there', (_, text) => {
  const named = text.match(/\b(?:src|lib|local|lambdas|bin|docs|test)\/[\w/.-]*/g) ?? [];
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

const rowsOf = (name: string) =>
  readFileSync(join(root, 'data', name), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));

test('docs/interactions.md draws the months of data/ as they are', () => {
  const months = [2019, 2020, 2021].flatMap((year) =>
    Array.from({ length: 12 }, (_, month) => `${String(month + 1).padStart(2, '0')}-${year}`),
  );
  const products = new Map(rowsOf('products.csv').map(([month = '', product = '']) => [month, product[0] ?? '']));
  const withInteraction = new Set(rowsOf('interactions.csv').map(([date = '']) => date.slice(3, 10).replace('/', '-')));
  let last = '-';
  const lines = { products: '', interactions: '', exact: '', 'as of': '' };
  for (const month of months) {
    const product = products.get(month);
    last = product ?? last;
    const has = withInteraction.has(month);
    lines.products += ` ${product ?? ' '}`;
    lines.interactions += has ? ' x' : '  ';
    lines.exact += has ? ` ${product ?? '-'}` : '  ';
    lines['as of'] += has ? ` ${last}` : '  ';
  }
  const drawn = Object.entries(lines).map(([name, marks]) => (name.padEnd(12) + marks.slice(1)).trimEnd());
  const { blocks } = pageAt('docs/interactions.md');
  const chart = blocks.find(({ kind, text }) => kind === 'picture' && text.includes('as of'));
  expect(chart?.text.trimEnd().split('\n').slice(2)).toEqual(drawn);
});
