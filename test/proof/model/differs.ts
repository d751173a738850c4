import { statusOfKind } from '../../../src/api/problem';
import { errorCatalogue } from '../../../src/errors';
import type { Answer } from './ask';
import type { Expected } from './operation';

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 300);

/** Where a value is not as a pattern says; undefined where it is. Objects have all the pattern's fields and no other. */
export function differs(pattern: unknown, value: unknown, place = ''): string | undefined {
  if (pattern instanceof RegExp) {
    return typeof value === 'string' && pattern.test(value) ? undefined : `${place} is ${shown(value)}, not ${pattern}`;
  }
  if (typeof pattern === 'function') return pattern(value) ? undefined : `${place} is ${shown(value)}`;
  if (typeof pattern !== 'object' || pattern === null || typeof value !== 'object' || value === null) {
    return Object.is(pattern, value) ? undefined : `${place} is ${shown(value)}, not ${shown(pattern)}`;
  }
  const [expected, actual] = [pattern as Record<string, unknown>, value as Record<string, unknown>];
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (!(name in expected) && actual[name] !== undefined)
      return `${place}/${name} is ${shown(actual[name])}, not absent`;
    const difference = differs(expected[name], actual[name], `${place}/${name}`);
    if (difference) return difference;
  }
  return Array.isArray(pattern) === Array.isArray(value) ? undefined : `${place} is ${shown(value)}`;
}

/** How an answer differs from what must be answered. */
export function wrongIn(expected: Expected | readonly Expected[], answer: Answer): string | undefined {
  const all = Array.isArray(expected) ? (expected as readonly Expected[]) : [expected as Expected];
  const differences = all.map((one) => {
    if ('code' in one) {
      const status = statusOfKind[errorCatalogue[one.code].kind];
      return answer.status === status && answer.body?.code === one.code && answer.body?.status === status
        ? undefined
        : `answered ${answer.status} ${shown(answer.body)}, not ${status} ${one.code}`;
    }
    const { status = 200, body, etag } = one;
    if (answer.status !== status) return `answered ${answer.status} ${shown(answer.body)}, not ${status}`;
    return differs(body, answer.body) ?? (etag === undefined ? undefined : differs(etag, answer.etag, 'ETag'));
  });
  return differences.includes(undefined) ? undefined : differences.join('; or ');
}
