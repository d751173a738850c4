import { type AnswerHeader, answerHeaders } from '../answer-headers';
import type { Json } from './schemas';

const numeric: readonly AnswerHeader[] = ['Retry-After'];

/** The headers of answers, which the operations refer to. */
export const headerComponents: Json = {
  'X-Request-Id': { description: 'Names the request in the log.', schema: { type: 'string', format: 'uuid' } },
  ...Object.fromEntries(
    Object.entries(answerHeaders).map(([name, description]) => [
      name,
      { description, schema: { type: numeric.includes(name as AnswerHeader) ? 'integer' : 'string' } },
    ]),
  ),
};

export const headerReferences = (names: readonly AnswerHeader[]): Json =>
  Object.fromEntries(['X-Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
