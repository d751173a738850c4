import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';

/** What a resolver is given. Source: AppSync developer guide, "Resolver context object reference (JavaScript)". */
export interface ResolverContext {
  readonly args: Readonly<Record<string, unknown>>;
  readonly source: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly type: string };
}

export interface Resolver {
  request(context: ResolverContext): unknown;
  response(context: ResolverContext): unknown;
}

/** What `util.error` raises: its type is shown to the client as `errorType`. */
export class ResolverError extends Error {
  readonly type: string;

  constructor(message: string, type = 'UnknownError') {
    super(message);
    this.type = type;
  }
}

/** All of `@aws-appsync/utils` that is emulated: the package itself is empty, AppSync puts its own in its place. */
const utils = {
  util: {
    error(message: string, type?: string): never {
      throw new ResolverError(message, type);
    },
  },
};

/** Runs the file of a resolver. Throws where it lacks one of its two functions. */
export function loadResolver(code: string, name: string): Resolver {
  const { code: script } = transformSync(code, { format: 'cjs', target: 'node20', sourcefile: name });
  const module = { exports: {} as Partial<Resolver> };
  const require = (id: string) => {
    if (id === '@aws-appsync/utils') return utils;
    throw new Error(`${name} imports ${id}, which is not emulated`);
  };
  compileFunction(script, ['module', 'exports', 'require'], { filename: name })(module, module.exports, require);
  const { request, response } = module.exports;
  if (!request || !response) throw new Error(`${name} must export request and response`);
  return { request, response };
}
