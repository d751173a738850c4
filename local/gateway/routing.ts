import type { Method } from '../template/api';

/** A method that was found, and what the braces of its path stand for. */
export interface Match {
  readonly method: Method;
  /** As sent: percent-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Resource {
  readonly segments: readonly string[];
  readonly methods: readonly Method[];
}

/**
 * Makes the search for a path, without its stage, and a method. The most specific resource wins, segment by segment: a
 * literal before `{parameter}` before `{greedy+}`; then the method of that name before `ANY`. A slash at the end is
 * ignored. Source: API Gateway developer guide, "Set up API methods", and a guess for two resources that both match.
 */
export function createRouter(methods: readonly Method[]) {
  const resources = [...groupByPath(methods)]
    .map(([path, grouped]): Resource => ({ segments: split(path), methods: grouped }))
    .sort((a, b) => compare(rank(a), rank(b)));

  return (httpMethod: string, path: string): Match | undefined => {
    const segments = split(path);
    for (const resource of resources) {
      const pathParameters = match(resource.segments, segments);
      if (!pathParameters) continue;
      const method =
        resource.methods.find((candidate) => candidate.httpMethod === httpMethod) ??
        resource.methods.find((candidate) => candidate.httpMethod === 'ANY');
      return method && { method, pathParameters };
    }
    return undefined;
  };
}

function groupByPath(methods: readonly Method[]): ReadonlyMap<string, readonly Method[]> {
  const groups = new Map<string, Method[]>();
  for (const method of methods) groups.set(method.resourcePath, [...(groups.get(method.resourcePath) ?? []), method]);
  return groups;
}

const split = (path: string) => path.replace(/^\/|\/$/g, '').split('/');

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined || (segment === '' && part !== '')) return undefined;
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) {
      if (part !== segment) return undefined;
    } else if (greedy) {
      parameters[name] = segments.slice(index).join('/');
      return parameters;
    } else {
      parameters[name] = segment;
    }
  }
  return pattern.length === segments.length ? parameters : undefined;
}

/** One digit a segment: the lower, the more specific. */
const rank = ({ segments }: Resource) =>
  segments.map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0)).join('');

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
