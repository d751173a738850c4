import { isSqlErrorCode } from '../../../src/engine/index';
import { namedHeaders } from '../documented-headers';
import { describedAnswer, faultOfProblem, operationOf } from './document';
import type { Answer, Sent } from './wire';

// What must be true of every answer, whatever was asked.

/** What is wrong with the answer to a request that was read as it was sent; nothing where all is as documented. */
export function faultOf({ method, path }: Sent, answer: Answer, secrets: readonly string[]): string | undefined {
  const general = generalFault(answer, method === 'HEAD', secrets);
  if (general !== undefined) return general;
  const { status } = answer;
  const operation = operationOf(method, path);
  const isRefusal = status >= 400;
  const code = isRefusal && method !== 'HEAD' ? (JSON.parse(answer.body.toString()).code as string) : '';
  // An odd id makes another path, or none; what is no HTTP to the server has no operation either.
  const isElsewhere = ['RouteNotFound', 'MethodNotAllowed'].includes(code);
  if (!operation || (isElsewhere && !isPlain(path))) {
    const isExpected = [400, 404, 405, 413].includes(status) || (status === 200 && method === 'OPTIONS');
    return isExpected ? undefined : `${status} where there is no operation`;
  }
  const response = operation.responses[status];
  if (response === undefined) return `${operation.operationId} does not document ${status} ${code}`;
  const documented = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  const undocumented = namedHeaders(Object.keys(answer.headers)).filter((name) => !documented.includes(name));
  if (undocumented.length > 0) return `${operation.operationId} does not document ${undocumented} of ${status}`;
  if (status === 304 || method === 'HEAD') return undefined;
  const type = mediaTypeOf(answer);
  const described = describedAnswer(operation, status, type);
  if (!described) return `${operation.operationId} does not document ${status} as ${type}`;
  if (isRefusal) {
    const isDocumented =
      described.codes.includes(code) || (operation.operationId === 'filesQuery' && isSqlErrorCode(code));
    return isDocumented ? undefined : `${operation.operationId} does not document ${code}`;
  }
  if (type !== 'application/json') return undefined;
  const fault = described.faultOf(JSON.parse(answer.body.toString()));
  return fault === undefined ? undefined : `${operation.operationId} ${status} is not as documented: ${fault}`;
}

const isPlain = (path: string) => /^[\w/.-]+$/.test(path.split('?')[0] ?? '') && !/\/(\.|$)/.test(path);

/** What is wrong with an answer to anything at all. */
export function generalFault(answer: Answer, isHead: boolean, secrets: readonly string[]): string | undefined {
  const { status, headers, isCut } = answer;
  const body = answer.body.toString();
  if (status < 200 || status >= 500) return `status ${status}: ${body.slice(0, 500)}`;
  const requestId = headers['x-request-id'] ?? '';
  if (!/^[0-9a-f-]{36}$/.test(requestId)) return `${status} without a request id: ${body.slice(0, 200)}`;
  if (headers['access-control-allow-origin'] !== '*') return `${status} without CORS`;
  const secret = secretIn(`${JSON.stringify(headers)}\n${body}`, secrets);
  if (secret !== undefined) return `${status} shows ${secret}`;
  if ((isHead || status === 304) && body !== '') return `${status} has a body`;
  if (isCut && !isHead) return `${status} is cut`;
  if (status < 400 || isHead) return undefined;
  return problemFault(answer, requestId);
}

function problemFault({ status, headers, body }: Answer, requestId: string): string | undefined {
  const type = headers['content-type'];
  if (type !== 'application/problem+json') return `${status} is ${type}, no problem document`;
  const problem = jsonIn(body.toString());
  const fault = faultOfProblem(problem);
  if (fault !== undefined) return `${status} is no problem document: ${fault}`;
  const { code, ...said } = problem as Readonly<Record<string, unknown>>;
  const expected = {
    type: `/api/v1/docs#errors-${code}`,
    status,
    request_id: requestId,
    instance: `urn:uuid:${requestId}`,
  };
  for (const [name, value] of Object.entries(expected)) {
    if (said[name] !== value)
      return `${status} says ${name} ${JSON.stringify(said[name])}, not ${JSON.stringify(value)}`;
  }
  if (said['title'] === '' || said['detail'] === '') return `${status} ${code} says nothing`;
  if (status === 429 && !/^\d+$/.test(headers['retry-after'] ?? '')) return '429 without Retry-After';
  if (status === 405 && !headers['allow']) return '405 without Allow';
  return undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const mediaTypeOf = ({ headers }: Answer) => (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** What shows the inside of the house: frames of a stack, names of resources, words of the SDK. */
const inside =
  /\n\s+at \S+ \(|node_modules|\/src\/\w+\/|arn:aws|amazonaws\.com\/|ECONNREFUSED|EvalError|TypeError|RangeError|ReferenceError|ZodError|\$metadata|ValidationException|NoSuchKey|UnknownError/;

/** Signed URLs must name the bucket; the pages that document the API may name what they like. */
const secretIn = (text: string, secrets: readonly string[]): string | undefined => {
  if (text.includes('<!doctype html>') || text.includes('"openapi":')) return undefined;
  const shown = text.replaceAll(/"url":"[^"]*"/g, '');
  return secrets.find((secret) => shown.includes(secret)) ?? inside.exec(shown)?.[0];
};
