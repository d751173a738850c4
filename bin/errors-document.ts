import { statusOfKind } from '../src/api/problem';
import { errorsOf } from '../src/api/route';
import { routes } from '../src/api/routes';
import { cliErrorCatalogue, exitCodeOf } from '../src/cli/error-codes';
import { sqlErrorCatalogue, sqlErrorCodes } from '../src/engine/index';
import { type ErrorCode, errorCatalogue } from '../src/errors';
import { table } from './markdown';

const areas: Readonly<Record<string, string>> = {
  auth: 'Of accounts and signing in',
  files: 'Of files',
  uploads: 'Of uploads in parts',
  'sla-errors': 'Of late files',
  interactions: 'Of interactions',
  imports: 'Of imports',
  maps: 'Of maps',
};

const codes = Object.keys(errorCatalogue) as readonly ErrorCode[];

/** The codes that every route may answer with, or all of a kind, and those of requests that no route takes. */
const general = new Set<ErrorCode>([
  ...routes.flatMap((row) => errorsOf({ ...row, errors: [] })),
  'RouteNotFound',
  'MethodNotAllowed',
]);

/** Where a code belongs: the area of the first route that names it; undefined where none does. */
const areaOf = (code: ErrorCode): string | undefined =>
  routes.find(({ errors }) => errors.includes(code))?.key.split('/')[0];

/** docs/errors.md: the catalogue, by where a code is met. */
export function errorsDocument(): string {
  const sections = Object.entries(areas).flatMap(([area, heading]) => {
    const own = codes.filter((code) => !general.has(code) && areaOf(code) === area);
    return own.length === 0 ? [] : [`## ${heading}\n\n${problemTable(own)}`];
  });
  const elsewhere = codes.filter((code) => !general.has(code) && areaOf(code) === undefined);
  return `# Errors

Every failure of the API is a problem document (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`instance\`, \`code\`, \`request_id\`, and
\`errors\` with a JSON pointer, or a line, for each value at fault. \`code\` is stable, for programs; \`detail\` says what is wrong this
time and what would be right, for people. \`type\` leads to the entry of the code at \`/api/v1/docs\`, which says of routes and queries what this page says.
\`npm run generate\` writes it from \`src/errors.ts\`, \`src/engine/error-codes.ts\` and \`src/cli/error-codes.ts\`.

## Of any route

${problemTable(codes.filter((code) => general.has(code)))}

${sections.join('\n\n')}

## Of queries

All are 400, and carry the place: line and column of the SQL with an excerpt, or record and column of the file. They are S3 Select's
codes; on the command line they stand in the same place, with exit code 1.

${table(
  ['Code', 'When', 'What to do'],
  Object.entries(sqlErrorCatalogue).map(([code, { when, advice }]) => [`\`${code}\``, when, advice]),
)}

Where S3 itself answers queries (\`QUERY_ENGINE=s3select\`) it may have further codes, whose detail is its own:
${[...sqlErrorCodes]
  .filter((code) => !(code in sqlErrorCatalogue))
  .map((code) => `\`${code}\``)
  .join(', ')}.

## Of the command line

What went wrong is a line of JSON on stderr, \`{"code","details"}\`, and an exit code. Beside these, a command may name the codes of what
it asks for, such as those of queries, accounts and imports, with exit code 1. An error of AWS that nobody foresaw has the name
that AWS gives it, such as \`AccessDeniedException\`: credentials or their permissions, as a rule.

${table(
  ['Code', 'Exit', 'Means', 'What to do'],
  [
    ...elsewhere.map((code): [string, string] => [code, String(exitCodeOf(code))]),
    ...Object.keys(cliErrorCatalogue).map((code): [string, string] => [code, String(exitCodeOf(code))]),
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, exit]) => {
      const { title, advice } = { ...errorCatalogue, ...cliErrorCatalogue }[code as ErrorCode];
      return [`\`${code}\``, exit, title, advice];
    }),
)}

[command-line.md](command-line.md) lists the exit codes.
`;
}

const problemTable = (of: readonly ErrorCode[]): string =>
  table(
    ['Code', 'Status', 'Title', 'What to do'],
    of.map((code) => {
      const { kind, title, advice } = errorCatalogue[code];
      return [`\`${code}\``, String(statusOfKind[kind]), title, advice];
    }),
  );
