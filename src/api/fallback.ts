import { versionPath } from '../config';
import { AppError } from '../errors';
import { preflightHeaders } from './cors';
import { type ApiEvent, headersOf } from './event';
import type { Reply } from './reply';
import { routes } from './routes';

/**
 * What no row of the table answers: preflight requests, methods that a path does not have, and unknown paths.
 * Throws AppError MethodNotAllowed, RouteNotFound.
 */
export function fallbackReply(event: ApiEvent): Reply {
  const methods = routes.filter(({ path }) => versionPath + path === event.resource).map(({ method }) => method);
  if (methods.length === 0) throw new AppError('RouteNotFound', 'There is no such route. GET /api/v1/health is one.');
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (event.httpMethod !== 'OPTIONS') {
    throw new AppError('MethodNotAllowed', `This path takes ${allow}.`, { headers: { allow } });
  }
  const isPreflight = headersOf(event)['access-control-request-method'] !== undefined;
  return { status: 200, headers: { allow, ...(isPreflight ? preflightHeaders(methods) : {}) }, body: '' };
}
