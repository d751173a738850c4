import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..');

/** The house from top to bottom. A file imports from its own room and from floors below; rooms of one floor are apart. */
const floors: readonly (readonly string[])[] = [
  ['bin'],
  ['local'],
  ['local/services'],
  ['lambdas', 'lib', 'postman'],
  ['src/api', 'src/cli', 'src/queue'],
  ['src/auth', 'src/event-stats', 'src/files', 'src/interactions', 'src/maps', 'src/sla-errors'],
  ['src/content'],
  ['src/aws'],
  [
    'src/engine',
    'src/errors.ts',
    'src/config.ts',
    'src/in-parallel.ts',
    'src/log.ts',
    'src/spreadsheet.ts',
    'src/workers.ts',
  ],
];

/** Rooms that may look at less than all that lies below them. */
const narrowViews: Readonly<Record<string, readonly string[]>> = {
  local: ['local/services'],
  'local/services': ['src/engine'],
  lib: ['src/api/route.ts', 'src/api/routes.ts', 'src/config.ts', 'src/errors.ts', 'src/workers.ts'],
  'src/engine': [],
};

const ground = floors.at(-1) ?? [];
const rooms = floors.flat().sort((a, b) => b.length - a.length);
const roomOf = (file: string) => rooms.find((room) => file === room || file.startsWith(`${room}/`));
const floorOf = (room: string) => floors.findIndex((floor) => floor.includes(room));

interface Import {
  readonly from: string;
  readonly to: string;
}

const sources = ['bin', 'local', 'lambdas', 'lib', 'postman', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')),
);

const imports: readonly Import[] = sources.flatMap((from) =>
  [...readFileSync(join(root, from), 'utf8').matchAll(/^(?:import|export)[^;]*? from '(\.[^']+)'/gm)].map(
    ([, path]) => {
      const target = relative(root, join(root, dirname(from), path ?? ''));
      return { from, to: existsSync(join(root, `${target}.ts`)) ? `${target}.ts` : target };
    },
  ),
);

const show = ({ from, to }: Import) => `${from} -> ${to}`;

test('every source file has its room', () => {
  expect(sources.filter((file) => !roomOf(file))).toEqual([]);
});

test('imports run down the house, never up or sideways', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [roomOf(from) ?? '', roomOf(to) ?? ''];
    if (here === there) return false;
    const areBothGround = ground.includes(here) && ground.includes(there) && here !== 'src/engine';
    return !areBothGround && floorOf(there) <= floorOf(here);
  });
  expect(wrong.map(show)).toEqual([]);
});

test('`datadock query` loads nothing of AWS, which would take more memory than the query', () => {
  const reached = new Set(['src/cli/program.ts', 'src/cli/query.ts']);
  for (const file of reached) for (const { from, to } of imports) if (from === file) reached.add(to);
  expect(reached).toContain('src/engine/execute.ts');
  expect([...reached].filter((file) => roomOf(file) === 'src/aws')).toEqual([]);
});

test('rooms with a narrow view look no further', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [roomOf(from) ?? '', roomOf(to) ?? ''];
    const view = narrowViews[here];
    return view && here !== there && !view.includes(there) && !view.includes(to);
  });
  expect(wrong.map(show)).toEqual([]);
});

test('only src/aws and the tests know the AWS SDK; local/ drives its own services with it', () => {
  const wrong = sources.filter(
    (file) =>
      !file.startsWith('src/aws/') &&
      !file.startsWith('local/') &&
      readFileSync(join(root, file), 'utf8').includes("'@aws-sdk/"),
  );
  expect(wrong).toEqual([]);
});

test('no import leads back to where it started', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circle = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const to of next.get(file) ?? []) {
      const found = circle(to, [...path, file]);
      if (found) return found;
    }
    return undefined;
  };
  const circles = sources.map((file) => circle(file, [])).filter(Boolean);
  expect(circles).toEqual([]);
});

test('a door is 10 to 30 lines', () => {
  const long = sources.filter(
    (file) => file.startsWith('lambdas/') && readFileSync(join(root, file), 'utf8').split('\n').length > 31,
  );
  expect(long).toEqual([]);
});
