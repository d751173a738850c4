import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsOfRoutes } from '../../../lib/costs/calls-of-routes';
import { costTable, withCostTable } from '../../../lib/costs/cost-table';
import { routes } from '../../../src/api/routes';

const lineOf = (name: string) =>
  costTable()
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`));

test('every route has its calls, and nothing else has', () => {
  expect(Object.keys(callsOfRoutes).sort()).toEqual(routes.map(({ key }) => key).sort());
  for (const { method, path } of routes) expect(lineOf(`${method} \`${path}\``)).toBeDefined();
});

test('a cost is the sum of gateway, function, calls and what is watched', () => {
  // Gateway 3.50; function 0.20 and 0.066 s of a GB at 13.3334; a read 0.125 and a listing 5.00; 1.5 KB of log 0.75 and a trace
  // of twenty 0.25: for a million.
  const lambda = 0.2 + 0.066 * 13.3334;
  const [, , , , sumOfLambda, calls, all] = (lineOf('GET `/files`') ?? '').split('|').map((cell) => cell.trim());
  expect(sumOfLambda).toBe((lambda / 1000).toFixed(4));
  expect(calls).toBe((5.125 / 1000).toFixed(4));
  expect(all).toBe(((3.5 + lambda + 5.125 + 0.75 + 0.25) / 1000).toFixed(4));
});

test('what the indexes of a table write is paid for too', () => {
  // A report is an item and two entries of indexes: three write units beside the read of the account.
  expect(lineOf('POST `/sla-errors`')).toContain(`| ${((0.125 + 3 * 0.625) / 1000).toFixed(4)} |`);
});

test('the table stands in the document on costs', () => {
  expect(readFileSync(join(__dirname, '../../../docs/cost-performance-scalability.md'), 'utf8')).toContain(costTable());
  expect(withCostTable('<!-- costs: x -->\n<!-- /costs -->')).toBe(
    `<!-- costs: x -->\n${costTable()}\n<!-- /costs -->`,
  );
});
