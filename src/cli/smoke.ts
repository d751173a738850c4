import type { Command } from 'commander';
import { AppError } from '../errors';
import { outputsIn, takesOutputs } from './outputs';
import { refusedConnection } from './refused-connection';

interface Check {
  readonly name: string;
  readonly method: string;
  /** Below the output `ApiUrl`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** What is wrong with the answer; undefined where nothing is. */
  readonly fault?: (response: Response, body: string) => string | undefined;
}

/** No answer takes longer, a cold start among them. */
const timeoutMs = 15_000;

const problem =
  (code: string): Check['fault'] =>
  ({ headers }, body) => {
    if (headers.get('content-type') !== 'application/problem+json') return 'it is no problem document';
    const { code: actual, request_id: requestId } = JSON.parse(body) as Record<string, string>;
    if (actual !== code) return `its code is ${actual}, not ${code}`;
    return requestId === headers.get('x-request-id') ? undefined : 'its request_id is not that of the header';
  };

/** What a deployment answers to anyone: enough to see that gateway, functions and documents are there and fit together. */
const checks: readonly Check[] = [
  { name: 'it is there', method: 'GET', path: '/health', status: 200 },
  {
    name: 'it describes itself',
    method: 'GET',
    path: '/openapi.json',
    status: 200,
    fault: (_, body) => (JSON.parse(body).openapi ? undefined : 'it is no OpenAPI document'),
  },
  {
    name: 'its documentation can be read',
    method: 'GET',
    path: '/docs',
    status: 200,
    fault: ({ headers }) => (headers.has('content-security-policy') ? undefined : 'it has no Content-Security-Policy'),
  },
  {
    name: 'it lets nobody in without a token',
    method: 'GET',
    path: '/me',
    status: 401,
    fault: problem('Unauthenticated'),
  },
  {
    name: 'it lets nobody in with a forged token',
    method: 'GET',
    path: '/files',
    headers: { authorization: 'Bearer a.b.c' },
    status: 401,
    fault: problem('Unauthenticated'),
  },
  { name: 'it knows its paths', method: 'GET', path: '/no-such-path', status: 404, fault: problem('RouteNotFound') },
  {
    name: 'it knows its methods',
    method: 'DELETE',
    path: '/health',
    status: 405,
    fault: ({ headers }) => (headers.get('allow')?.includes('GET') ? undefined : 'it names no method that is allowed'),
  },
];

/** `datadock smoke`: whether a deployment answers as it should, asked by someone who has no account there. */
export function addSmokeCommand(program: Command): void {
  takesOutputs(program.command('smoke'))
    .summary('see that a deployment answers as it should')
    .description(
      `Ask a deployment what anyone may ask, and compare the answers. Nothing is written and no account is needed.

  datadock smoke --outputs outputs.json`,
    )
    .action(async ({ outputs }: { readonly outputs: string }) => smoke(outputsIn(outputs)('ApiUrl')));
}

/** Throws AppError SmokeFailed after the last check, if one has failed; fetch's error where nothing answers at all. */
async function smoke(apiUrl: string): Promise<void> {
  let failures = 0;
  for (const check of checks) {
    const fault = await faultOf(apiUrl, check);
    if (fault !== undefined) failures++;
    console.log(JSON.stringify({ check: check.name, ok: fault === undefined, fault }));
  }
  if (failures > 0) {
    throw new AppError(
      'SmokeFailed',
      `${failures} of ${checks.length} answers of ${apiUrl} are not as they should be.`,
    );
  }
}

async function faultOf(apiUrl: string, { method, path, headers = {}, status, fault }: Check) {
  try {
    const response = await fetch(apiUrl + path, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
    const body = await response.text();
    if (response.status !== status) return `${method} ${path} was answered ${response.status}, not ${status}`;
    const wrong = fault?.(response, body);
    return wrong && `${method} ${path}: ${wrong}`;
  } catch (error) {
    if (refusedConnection(error) !== undefined) throw error;
    return `${method} ${path} failed: ${(error as Error).message}`;
  }
}
