import { allowedOrigins } from '../config';

const exposed = 'ETag, Location, Content-Range, Content-Disposition, Retry-After, Allow, X-Request-Id';

/** CORS headers for an origin on the allow-list. */
export function corsHeaders(origin: string | undefined): Record<string, string> {
  const allowed = allowedOrigins();
  if (allowed.includes('*')) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed };
  if (!origin || !allowed.includes(origin)) return { vary: 'Origin' };
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, vary: 'Origin' };
}

/** The answer to a preflight request adds what may be asked. */
export const preflightHeaders = (methods: readonly string[]): Record<string, string> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range',
  'access-control-max-age': '600',
});
