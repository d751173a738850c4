import type * as z from 'zod';
import { AppError, type FaultInValue } from '../errors';

/** Where a value was sent; the first step of its JSON pointer, save for the body, whose pointers start at its root. */
type Place = 'body' | 'query' | 'path';

/** The value as its schema reads it. Throws AppError ValidationFailed with a fault for each thing wrong. */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown, place: Place): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, place === 'body' ? '' : `/${place}`));
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  throw new AppError('ValidationFailed', `${first?.pointer || 'the body'} ${first?.detail}${more}`, { faults });
}

function faultsOf(issue: z.core.$ZodIssue, root: string): FaultInValue[] {
  const pointer = root + issue.path.map((step) => `/${escaped(String(step))}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}/${escaped(key)}`, detail: 'is not known here' }));
  }
  return [{ pointer, detail: detailOf(issue) }];
}

/** Plain words that go on from "/email ...". Schemas give their own where the general ones would not help. */
function detailOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `is not ${article(issue.expected)}`;
    case 'invalid_value':
      return `is not one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' ? `is less than ${issue.minimum}` : issue.message;
    case 'too_big':
      if (issue.origin === 'array') return issue.message;
      return issue.origin === 'string' ? `is longer than ${issue.maximum} characters` : `is more than ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** RFC 6901. */
const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
