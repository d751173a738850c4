import { basePath } from '../../config';
import { type ErrorCode, errorCatalogue } from '../../errors';
import { headersOfAnswer } from '../answer-headers';
import { statusOfKind } from '../problem';
import { errorsOf, type Route } from '../route';
import { headerReferences } from './headers';
import type { Json } from './schemas';

/** The responses of a route's failures: by status, with an example for each code. */
export function problemResponses(row: Route): Json {
  return Object.fromEntries(
    Object.entries(codesByStatus(row)).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${errorCatalogue[code].title}.`).join(' '),
        headers: headerReferences(headersOfAnswer(Number(status), { ofRow: [], codes })),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      },
    ]),
  );
}

/** The codes that a route may answer with, by their status. */
export function codesByStatus(row: Route): Readonly<Record<number, readonly ErrorCode[]>> {
  const byStatus: Record<number, ErrorCode[]> = {};
  for (const code of errorsOf(row)) {
    const status = statusOf(code);
    byStatus[status] = [...(byStatus[status] ?? []), code];
  }
  return byStatus;
}

export const problemExamples = (routes: readonly Route[]): Json =>
  Object.fromEntries([...new Set(routes.flatMap(errorsOf))].sort().map((code) => [code, { value: exampleOf(code) }]));

const statusOf = (code: ErrorCode): number => statusOfKind[errorCatalogue[code].kind];

const requestId = '7d2f0a3e-52f3-4f5e-9a0b-3f7c1f1f9b1d';

export const exampleOf = (code: ErrorCode): Json => {
  const { title, advice } = errorCatalogue[code];
  return {
    type: `${basePath}/docs#errors-${code}`,
    title,
    status: statusOf(code),
    detail: advice,
    instance: `urn:uuid:${requestId}`,
    code,
    request_id: requestId,
  };
};

export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: "Leads to the code's entry in the catalogue." },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong and what would be right.' },
    instance: { type: 'string', format: 'uri' },
    code: { type: 'string', description: "Stable. A query's own errors carry S3 Select's codes." },
    request_id: { type: 'string', format: 'uuid' },
    upload: {
      type: 'object',
      description: 'Of a body that is too large: where it is taken in parts.',
      properties: { href: { type: 'string', format: 'uri-reference' } },
    },
    errors: {
      type: 'array',
      description: 'Each value at fault.',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into what was sent.' },
          detail: { type: 'string' },
          line: { type: 'integer', minimum: 1, description: 'Of the SQL text, or of an imported file.' },
          column: { type: 'integer', minimum: 1 },
          record: { type: 'integer', minimum: 1, description: 'Of the file.' },
          byte: { type: 'integer', minimum: 0, description: 'Of the file, counted from 0.' },
          excerpt: { type: 'string', description: 'The line of the SQL text, and below it a caret under the column.' },
        },
      },
    },
  },
};
