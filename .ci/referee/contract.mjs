// Runs the contract suite of an embedded service against somebody else's emulator, and compares what it finds with the list of
// the differences that are known: each of them is a row in docs/emulation.md, which says who is right.
//
//     node .ci/referee/contract.mjs 'moto 5.2.5' s3 http://127.0.0.1:5000 [short]
//
// The first word names the list, differences/moto-s3.txt: the tests that fail there, below the row of the table that they are
// of. A new difference fails, and so does one that is no more, unless it is there `sometimes:`. A test stops at its first
// difference.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const [referee, service, endpoint, form] = process.argv.slice(2);
const of = (folder, ...names) => names.map((name) => `test/local/services/${folder}${name}.test.ts`);
// Those that drive the service by its endpoint alone.
const suites = {
  s3: {
    variable: 'S3_ENDPOINT',
    short: of('s3/', 'buckets', 'conditions', 'copy', 'cors', 'multipart'),
    long: of('s3/', 'listing', 'objects', 'payload', 'post', 'select', 'signature', 'transfer'),
  },
  sqs: { variable: 'SQS_ENDPOINT', short: of('sqs/', 'queues'), long: of('sqs/', 'messages') },
  dynamodb: {
    variable: 'DYNAMODB_ENDPOINT',
    short: of('', 'dynamodb-contract'),
    long: ['test/aws/map-store.test.ts'],
  },
  gateway: { variable: 'GATEWAY_ENDPOINT', short: [], long: ['test/local/gateway/nasty-requests.test.ts'] },
  cognito: {
    variable: 'COGNITO_ENDPOINT',
    short: of('cognito/contract/', 'groups', 'sign-in', 'sign-up'),
    long: of('cognito/contract/', 'describe', 'list-users', 'own-account', 'revoke-token', 'user-changes', 'users'),
  },
};

const { variable, short, long } = suites[service];
const files = form === 'short' ? short : [...short, ...long];
const list = join('.ci', 'referee', 'differences', `${referee.split(' ')[0]}-${service}.txt`);
const table = readFileSync(join('docs', 'emulation.md'), 'utf8');

const known = new Set();
const sometimes = new Set();
for (const line of readFileSync(list, 'utf8').split('\n')) {
  if (line.startsWith('# ') && !table.includes(`| ${line.slice(2)} |`)) {
    throw new Error(`${list}: docs/emulation.md has no row '${line.slice(2)}'`);
  }
  if (line === '' || line.startsWith('#')) continue;
  const [test, ...more] = line.split('sometimes: ').reverse();
  known.add(test);
  if (more.length > 0) sometimes.add(test);
}

const folder = mkdtempSync(join(tmpdir(), 'datadock-contract-'));
const outputFile = join(folder, 'results.json');
// Their own failures are expected, so that what Jest prints of them is of interest only where there is a new one.
const jest = spawnSync(
  process.execPath,
  [join('node_modules', 'jest', 'bin', 'jest.js'), '--forceExit', '--json', `--outputFile=${outputFile}`, ...files],
  { env: { ...process.env, [variable]: endpoint }, encoding: 'utf8', timeout: 600_000, maxBuffer: 64 * 1024 * 1024 },
);
const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8'));
rmSync(folder, { recursive: true });

const results = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(({ ancestorTitles, title, status, failureMessages }) => ({
      test: `${basename(name)} › ${[...ancestorTitles, title].join(' › ').replace(/(.)\1{40,}/g, '$1...')}`,
      isDifferent: status === 'failed',
      message: failureMessages?.[0] ?? '',
    })),
);
const different = results.filter(({ isDifferent }) => isDifferent);
const fresh = different.filter(({ test }) => !known.has(test));
const asked = new Set(files.map((file) => basename(file)));
const tests = new Set(different.map(({ test }) => test));
const gone = [...known].filter((test) => asked.has(test.split(' › ')[0]) && !tests.has(test) && !sometimes.has(test));

for (const { test, message } of fresh)
  console.log(`new difference: ${test}\n${message.split('\n').slice(0, 12).join('\n')}`);
for (const test of gone) console.log(`no difference any more: ${test}`);
const isMet = results.length > 0 && fresh.length === 0 && gone.length === 0;
if (results.length === 0) console.log(jest.stderr);
const measured = `${results.length} tests: ${results.length - different.length} agree, ${different.length - fresh.length} differ as listed, ${fresh.length} newly, ${gone.length} no more`;
console.log(`referee ${referee}, ${service}: ${measured}`);
if (process.env.PROOF_FIGURES) {
  const line = {
    proof: 'referees',
    what: `contract of ${service}, ${referee}`,
    asked: 'no difference but those listed',
    measured,
    isMet,
  };
  appendFileSync(process.env.PROOF_FIGURES, `${JSON.stringify(line)}\n`);
}
process.exitCode = isMet ? 0 : 1;
