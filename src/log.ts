import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * One JSON line per event on stdout. What may appear in a line is listed by its writer, field by field:
 * no path, query, header or body of a request, since file names, emails and tokens travel in them.
 */
export const logger = new Logger({ serviceName: 'datadock' });

export const metrics = new Metrics({ namespace: 'Datadock', serviceName: 'datadock' });

/** What of an error may be logged: never its enumerable properties, where SDK errors keep keys and so emails. */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    ...(error.cause === undefined ? {} : { cause: loggable(error.cause) }),
  };
}
