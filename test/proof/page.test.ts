import { latestRuns, type Measured, proofPage, proofTable } from '../../bench/proof/page';

const figure = { proof: 'faults', what: 'calls', asked: 'no 5xx', measured: '10 | 0' };
const run = (earlier: readonly Measured[], day: number, measured: string) =>
  latestRuns(earlier, 'faults', [{ ...figure, measured }], new Date(Date.UTC(2026, 0, day)));

test('the last two runs of a figure stand side by side', () => {
  const runs = run(run(run([], 1, 'one'), 2, 'two'), 3, 'three');
  expect(proofTable(runs).split('\n').slice(2)).toEqual([
    '| faults | calls | no 5xx | two (2026-01-02) | three (2026-01-03) |',
  ]);
});

test('a figure that ran once says so, and a bar in it does not break the table', () => {
  expect(proofTable(run([], 1, '10 | 0'))).toContain('| 10 \\| 0 (2026-01-01) | not run again |');
});

test('a promise that is not kept is marked, and a failure stands until the part runs again', () => {
  const failure = { ...figure, what: 'the whole part', measured: 'failed: exit 1', isMet: false };
  const failed = latestRuns([], 'faults', [failure], new Date(0));
  expect(proofTable(failed)).toContain('failed: exit 1 **(not met)** (1970-01-01)');
  expect(proofTable(run(failed, 1, 'fine'))).not.toContain('failed');
});

test('the page names the days and the machine', () => {
  const page = proofPage(run(run([], 1, 'one'), 2, 'two'));
  expect(page).toContain('from 2026-01-01 to 2026-01-02');
  expect(page).toContain(`Node ${process.version}`);
});
