import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SqlError } from './engine/index';

/**
 * One JSON line per event on stdout. What may appear in a line is listed by its writer, field by field:
 * no path, query, header or body of a request, since file names, emails and tokens travel in them.
 */
export const logger = new Logger({ serviceName: 'datadock' });

export const metrics = new Metrics({ namespace: 'Datadock', serviceName: 'datadock' });

/**
 * What of an error may be logged: never its enumerable properties, where SDK errors keep keys and so emails, and its message
 * only where nobody's data can stand in it.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    ...said(error),
    stack: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: loggable(error.cause) }),
  };
}

/** What SDK errors have beside a message in which services name keys, and parameters with their values. */
interface ServiceError {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

function said(error: Error): Record<string, unknown> {
  // Its message may quote the query, or a field of the file.
  if (error instanceof SqlError) return { code: error.code, place: error.place };
  const { $metadata: metadata } = error as ServiceError;
  if (metadata) {
    const [, action] = /not authorized to perform: ([\w:]+)/.exec(error.message) ?? [];
    return { status: metadata.httpStatusCode, aws_request_id: metadata.requestId, action };
  }
  // JSON.parse and BigInt quote what they could not read.
  return error instanceof SyntaxError ? {} : { message: error.message };
}

/** The first line of a stack, or more where the message has several, is the message. */
const framesOf = ({ stack = '', message }: Error): string =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at ') && !message.includes(line))
    .slice(0, 5)
    .join('\n');
