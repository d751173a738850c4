import { routes } from '../../src/api/routes';
import { functionMegabytes } from '../../src/config';
import { type Calls, callsOfProcessing, callsOfRoutes } from './calls-of-routes';
import { type Call, callCosts, logBytes, ownMilliseconds, prices, tracedShare } from './prices';

interface Cost {
  /** How long the function is taken to run. */
  readonly milliseconds: number;
  /** US dollars for 1 000. */
  readonly lambda: number;
  readonly calls: number;
  readonly total: number;
}

/** What 1 000 requests of a route cost, or 1 000 runs of a worker. */
function costOf({ calls, indexWrites = 0 }: Calls, isRequest: boolean): Cost {
  const milliseconds = ownMilliseconds + sum(calls.map((call) => callCosts[call].milliseconds));
  const gigabyteSeconds = (milliseconds / 1000) * (functionMegabytes / 1024);
  const lambda = 1000 * (prices.lambdaPerRequest + gigabyteSeconds * prices.lambdaPerGigabyteSecond);
  const called = 1000 * (sum(calls.map((call) => callCosts[call].dollars)) + indexWrites * prices.dynamoPerWriteUnit);
  const gateway = isRequest ? 1000 * prices.gatewayPerRequest : 0;
  const watched = 1000 * ((logBytes / 1e9) * prices.logsPerGigabyte + tracedShare * prices.tracePerRequest);
  return { milliseconds, lambda, calls: called, total: gateway + lambda + called + watched };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** `GetItem, 2 Query`: the operations in their order, the same ones counted together. */
function named(calls: readonly Call[]): string {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const [, operation = ''] = call.split(':');
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return (
    [...counts].map(([operation, count]) => (count === 1 ? operation : `${count} ${operation}`)).join(', ') || 'none'
  );
}

const dollars = (amount: number): string => amount.toFixed(4);

function line(what: string, each: Calls, isRequest = true): string {
  const { milliseconds, lambda, calls, total } = costOf(each, isRequest);
  const more = each.more === undefined ? '' : `; and ${each.more}`;
  return `| ${what} | ${named(each.calls)}${more} | ${milliseconds} | ${dollars(lambda)} | ${dollars(calls)} | ${dollars(total)} |`;
}

/** The table of costs as docs/cost-performance-scalability.md shows it. Throws where a route has no entry. */
export const costTable = (): string =>
  [
    '| | Calls to AWS | taken to last, ms | Lambda, $ | calls, $ | all, $ |',
    '|---|---|---|---|---|---|',
    ...routes.map(({ key, method, path }) => {
      const calls = callsOfRoutes[key];
      if (!calls) throw new Error(`lib/costs/calls-of-routes.ts does not say which calls ${key} makes`);
      return line(`${method} \`${path}\``, calls);
    }),
    line('processing of a map', callsOfProcessing, false),
  ].join('\n');

const section = /(<!-- costs: [^>]*-->\n)[\s\S]*?(<!-- \/costs -->)/;

/** A document whose section between the marks `costs` and `/costs` is the table as it is now. */
export const withCostTable = (document: string): string =>
  document.replace(section, (_, start: string, end: string) => `${start}${costTable()}\n${end}`);
