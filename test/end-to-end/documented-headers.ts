import { openApiDocument } from '../../src/api/openapi/document';
import type { Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';

type Operations = Record<string, { readonly responses: Record<string, { readonly headers: object } | undefined> }>;
const paths = openApiDocument(routes)['paths'] as Readonly<Record<string, Operations>>;

/** What HTTP itself, CORS, the gateway and the caches' rule put on any answer. */
const general =
  /^(access-control-.*|cache-control|connection|content-length|content-type|date|keep-alive|transfer-encoding|vary|x-amz.*)$/;

/** The headers that a description of the API has for an answer of this status; undefined where the status is not documented. */
export function documentedHeaders({ method, path }: Route, status: number): readonly string[] | undefined {
  const { headers } = paths[path]?.[method.toLowerCase()]?.responses[status] ?? {};
  return headers && Object.keys(headers).map((name) => name.toLowerCase());
}

/** The headers of an answer that the documents must name. */
export const namedHeaders = (names: Iterable<string>): readonly string[] =>
  [...names].filter((name) => !general.test(name));
