import { limitsJson } from '../src/api/limits-json';
import { answerTimeoutMs } from '../src/aws/user-directory';
import { maxFileBytes } from '../src/cli/import';
import { limits } from '../src/config';
import { maxDigits, maxExponent } from '../src/engine/decimal';
import {
  bytesDecompressedAtFirst,
  bytesPerCompressedByte,
  maxColumns,
  maxDepth,
  maxExpressionBytes,
  maxRecordBytes,
  stepsAtFirst,
  stepsPerByte,
} from '../src/engine/limits';
import { maxRowBytes, maxUserIdBytes } from '../src/event-stats/event-rows';
import {
  batchUsers,
  concurrentRequests,
  firstDelayMs,
  maxDelayMs,
  maxFailuresInARow,
  maxRetryAfterMs,
  triesPerPass,
} from '../src/event-stats/resolve-users';
import { maxListedLines } from '../src/interactions/bad-lines';
import { maxProducts } from '../src/interactions/clean-products';
import { maxRecordCharacters } from '../src/interactions/csv-records';
import { leaseMs } from '../src/interactions/lease';
import { maxNameCharacters, maxNames } from '../src/interactions/names';
import { maxRows } from '../src/interactions/statistics';
import { retryAfterSeconds } from '../src/maps/map';
import { table } from './markdown';

/** What is bounded, by how much, and why there. The value is taken from the code, so that this page cannot drift from it. */
type Row = readonly [what: string, value: string, why: string];

const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
const seconds = (ms: number): string => `${ms / 1000} s`;

function bytes(value: number): string {
  const [unit, name] = [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
    [1_000_000, 'MB'],
  ].find(([each]) => value % Number(each) === 0) ?? [1, 'bytes'];
  return `${count(value / Number(unit))} ${name}`;
}

const requests: readonly Row[] = [
  [
    'A file, or a map, in one request',
    bytes(limits.directUploadBytes),
    "Lambda's payload of 6 MB, which base64 fills with 4.5",
  ],
  ['The form around it', bytes(limits.directBodyBytes), 'headers and boundaries beside the file'],
  ['A JSON body', bytes(limits.jsonBodyBytes), "a query's text alone may have 256 KiB"],
  ['A streamed answer: a download, the rows of a query', bytes(limits.streamBytes), 'Lambda streams 200 MB'],
  ['Any other answer', '6 MB', "Lambda's payload"],
  ['Time for an answer that is not streamed', '29 s', 'API Gateway'],
  [
    'Items of a page',
    `${count(limits.pageItems)}; ${limits.defaultPageItems} unless \`limit\` says otherwise`,
    "a page of S3's listing",
  ],
  [
    'Requests a second, of all callers',
    `${limits.requestsPerSecond}, and ${limits.requestBurst} at once`,
    'ours, `lib/api.ts`: an account shares 10 000; not enforced by `npm start`',
  ],
];

const accounts: readonly Row[] = [
  [
    'A password',
    `${limits.passwordCharacters} to ${limits.passwordMaxCharacters} characters`,
    'NIST SP 800-63B asks for length; Cognito takes 256',
  ],
  ['An email', `${limits.emailCharacters} characters`, "Cognito's username"],
  ['An access token', `${limits.accessTokenHours} hour`, 'ours'],
  ['A refresh token', `${limits.refreshTokenDays} days`, "Cognito's default"],
  ['A code that was mailed', '24 hours; 1 hour for a new password', 'Cognito'],
  ['Wrong passwords', '5, then a pause of 1 s that doubles, to 15 minutes', 'Cognito'],
  ['Mails', '50 a day', 'Cognito without SES: [operations.md](operations.md)'],
];

const files: readonly Row[] = [
  ["A file's name", `${limits.fileNameBytes} bytes of UTF-8`, 'what file systems take'],
  ['A file in parts', bytes(limits.uploadBytes), 'ours; S3 takes 5 TiB'],
  ['A part', `${bytes(limits.partBytes)} or more`, 'so much that no more than the next row are needed; S3 takes 5 MiB'],
  ['Parts', count(limits.uploadParts), "one page of S3's listing"],
  ['The URL of a part', `${limits.partUrlSeconds / 60} minutes`, 'ours; reading the session gives new ones'],
  ['An upload that is not completed', `${limits.uploadDays} days`, 'ours'],
  ['A link to a file or a map', `${limits.linkSeconds} s`, 'ours: it cannot be taken back'],
];

const queries: readonly Row[] = [
  ['The text of a query', bytes(maxExpressionBytes), 'S3 Select'],
  ['A record, of the file or the result', bytes(maxRecordBytes), 'S3 Select'],
  ['Columns', count(maxColumns), 'ours'],
  ['Depth of an expression', count(maxDepth), 'ours; chains of AND and OR count once'],
  ['INT', '64 bits', 'S3 Select'],
  ['DECIMAL', `${maxDigits} digits, up to 1E±${maxExponent}`, 'PartiQL; IEEE 754 decimal128'],
  [
    'Steps of a query',
    `${count(stepsAtFirst)}, and ${stepsPerByte} for each byte read`,
    'ours: about a tenth of a second for each 256 KiB; [sql.md](sql.md#limits)',
  ],
  [
    'Growth of a compressed file',
    `${bytes(bytesDecompressedAtFirst)}, and beyond it ${bytesPerCompressedByte}-fold`,
    'ours: a bomb of gzip',
  ],
];

const slaErrors: readonly Row[] = [
  ['Entries of a report', count(limits.slaEntries), 'ours'],
  ['An entry with both forms of its dates', bytes(limits.slaEntryBytes), "an item of DynamoDB's has 400 KB"],
  ['A folder', `${count(limits.slaFolderBytes)} bytes`, "DynamoDB's key of 2 048, with the account's id"],
  ["A file's name", `${limits.slaFileNameBytes} bytes`, '255 UTF-16 units, as Windows has it'],
  ['`sla`', `${count(limits.slaMinutes)} minutes`, 'ten years'],
];

const interactions: readonly Row[] = [
  [
    'Customers of a table that is imported in one request',
    count(limits.importCustomers),
    "API Gateway's 29 s, on a new table",
  ],
  ['A table that the command line imports', bytes(maxFileBytes), "S3's PutObject"],
  ['A line', `${count(maxRecordCharacters)} characters`, 'ours'],
  ['A channel, type or product', `${maxNameCharacters} characters`, 'more is another column'],
  ['Channels, types, products: of each', count(maxNames), 'more is another column'],
  ['Months with a product', count(maxProducts), 'ours'],
  ['Bad lines that are named', count(maxListedLines), 'enough to see what is wrong'],
  ['Rows of statistics', count(maxRows), "Lambda's payload"],
  ['A customer id', count(Number.MAX_SAFE_INTEGER), "JSON's whole numbers"],
  ['The place of an importer that died', seconds(leaseMs), 'ours'],
];

const maps: readonly Row[] = [
  [
    'A message is invisible while its map is processed',
    `${limits.mapVisibilitySeconds} s`,
    "six times the processor's 20 s, as Lambda asks",
  ],
  ['Receives before a map is given up', count(limits.mapReceives), 'ours'],
  ['Messages that the processor is given at once', count(limits.mapBatch), 'ours'],
  ['`Retry-After` of a map that is not processed', `${retryAfterSeconds} s`, 'ours'],
];

const eventStats: readonly Row[] = [
  ['A row', bytes(maxRowBytes), 'ours'],
  ["A user's id", `${count(maxUserIdBytes)} bytes`, "DynamoDB's key"],
  ['Users in a request to GraphQL', count(batchUsers), 'ours'],
  ['Requests at a time', count(concurrentRequests), 'ours'],
  ['Tries of a request', `${triesPerPass}, and ${triesPerPass} at the end`, 'ours'],
  ['A wait between tries', `random, to ${seconds(firstDelayMs)}, doubled to ${seconds(maxDelayMs)}`, 'full jitter'],
  ['`Retry-After` that is heeded', seconds(maxRetryAfterMs), 'ours'],
  ['Time for an answer', seconds(answerTimeoutMs), 'ours'],
  ['Failures in a row before nothing more is asked', count(maxFailuresInARow), 'ours'],
];

const sections: readonly (readonly [string, readonly Row[]])[] = [
  ['Every request', requests],
  ['[Accounts](accounts.md)', accounts],
  ['[Files](files.md) and [uploads](uploads.md)', files],
  ['[Queries](sql.md)', queries],
  ['[Late files](sla-errors.md)', slaErrors],
  ['[Interactions](interactions.md)', interactions],
  ['[Maps](maps.md)', maps],
  ['[Event statistics](event-stats.md)', eventStats],
];

/** docs/limits.md: every limit of the product. */
export const limitsDocument = (): string => `# Limits

Everything has a bound, so that no request can take what others need. \`npm run generate\` writes this page from the constants in the
code. What a client should know before it sends is answered to anyone:

\`\`\`sh
curl -sS http://127.0.0.1:3000/api/v1/limits
\`\`\`

\`\`\`json
${JSON.stringify(limitsJson).replaceAll(/,"(?=stream|import|query_e)/g, ',\n "')}
\`\`\`

${table(
  ['', 'Limit', 'Why there'],
  sections.flatMap(([name, rows]): string[][] => [[`**${name}**`, '', ''], ...rows.map((row) => [...row])]),
)}

What lies beyond a limit is refused with a code that says so: [errors.md](errors.md). AWS has limits of its own beside these, which a
deployment meets.
`;
