import type { Measured } from './client';

export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function latenciesOf(ms: readonly number[]): Latencies {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export const allOf = ({ msByKind }: Measured): Latencies => latenciesOf(Object.values(msByKind).flat());

/** A row for each kind, and one for all. */
export function tableOf(measured: Measured): string {
  const row = (name: string, { count, p50, p95, p99, max }: Latencies) =>
    `| ${name} | ${count} | ${[p50, p95, p99, max].map((ms) => ms.toFixed(1)).join(' | ')} |`;
  const kinds = Object.entries(measured.msByKind).map(([name, ms]) => row(name, latenciesOf(ms)));
  return [
    '| ms | requests | p50 | p95 | p99 | most |',
    '|---|---|---|---|---|---|',
    ...kinds,
    row('all', allOf(measured)),
  ].join('\n');
}
