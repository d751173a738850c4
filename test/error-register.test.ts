import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliErrorCatalogue } from '../src/cli/error-codes';
import { sqlErrorCatalogue, sqlErrorCodes } from '../src/engine/index';
import { errorCatalogue } from '../src/errors';

// Which codes there are, which the sources raise, and which the tests expect: the same ones. The register of the tests is made
// from their text: a code in quotes, with or without a place, on a line that does not raise it itself, and `error Code` in the engine's case files.

const root = join(__dirname, '..');
const textsIn = (folder: string, isWanted: (name: string) => boolean) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(isWanted)
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));

const quoted = /'([A-Z][A-Za-z0-9]+)'/g;
const found = (texts: readonly { readonly text: string }[], pattern: RegExp): ReadonlySet<string> =>
  new Set(texts.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, code]) => code ?? '')));

const tests = textsIn('test', (name) => name.endsWith('.test.ts') && name !== 'error-register.test.ts').map(
  ({ name, text }) => ({ name, text: text.replaceAll(/^.*new (?:AppError|SqlError|ValueError)\(.*$/gm, '') }),
);
const cases = textsIn('test/engine', (name) => name.endsWith('.txt'));
const expected = new Set([
  ...found(tests, /'([A-Z][A-Za-z0-9]+)(?: (?:record )?\d+)?'/g),
  ...found([...tests, ...cases], /\berror ([A-Z][A-Za-z0-9]+)/g),
]);

const sources = ['src', 'lib', 'bin', 'lambdas'].flatMap((folder) =>
  textsIn(folder, (name) => name.endsWith('.ts') && !/errors\.ts$|error-codes\.ts$/.test(name)),
);
const raised = found(sources, quoted);
const raisedByEngine = found(
  sources.filter(({ name }) => name.startsWith('src/engine/')),
  quoted,
);

const catalogues = { ...errorCatalogue, ...cliErrorCatalogue, ...sqlErrorCatalogue };

test.each(Object.keys(catalogues))('%s is raised somewhere, and some test expects it', (code) => {
  expect([raised.has(code), expected.has(code)]).toEqual([true, true]);
});

test('the engine raises only codes of which the catalogue says what to do', () => {
  const known = [...raisedByEngine].filter((code) => sqlErrorCodes.has(code));
  expect(known.filter((code) => !(code in sqlErrorCatalogue))).toEqual([]);
  expect(known.length).toBeGreaterThan(50);
});

/** With which an advice begins: it says what to do, and only then why. */
const verbs =
  `Add Ask CAST Change Check Choose Close Complete Create Do Give Guard Import Join Leave Let Look Make Mend Name Put Read Run Save
  Send Set Sign Start Take Tell Try Upload Use Wait Write`.split(/\s+/);

test.each(Object.entries(catalogues))('the advice of %s begins with what to do', (_, { advice }) => {
  expect(verbs).toContain(/^\w+/.exec(advice)?.[0]);
  expect(advice).toMatch(/\.$|\)$|''''\.$|`$/);
});
