import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionLog } from '../../local/functions/function-log';
import { Functions } from '../../local/functions/functions';
import type { Authorize } from '../../local/gateway/authorizer';
import { createGateway } from '../../local/gateway/gateway';
import { listen } from '../../local/services/service';
import type { GatewayResponse, Method } from '../../local/template/api';
import type { FunctionConfig } from '../../local/template/stack';

/** A method and the CommonJS source of the function behind it. */
export interface Route extends Partial<Method> {
  readonly resourcePath: string;
  readonly source: string;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

interface CloudOptions {
  readonly routes: readonly Route[];
  readonly authorize?: Authorize;
  readonly gatewayResponses?: readonly GatewayResponse[];
}

/** A gateway with functions behind it, each a file in a temporary folder. */
export async function startSmallCloud({ routes, authorize, gatewayResponses = [] }: CloudOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  const configs = await Promise.all(routes.map((route, index) => writeFunction(folder, `function-${index}`, route)));
  const log = new FunctionLog(join(folder, 'functions.log'));
  const functions = new Functions(configs, { AWS_REGION: 'us-east-1' }, log);
  const server = await listen(
    createGateway({
      api: {
        id: 'abcdefghij',
        stage: 'api',
        binaryMediaTypes: ['*/*'],
        gatewayResponses,
        methods: routes.map(({ source: _source, ...route }, index) => ({
          httpMethod: 'GET',
          resourceId: `resource-${index}`,
          functionName: `function-${index}`,
          streaming: false,
          timeoutMs: 29_000,
          ...route,
        })),
      },
      authorize: authorize ?? (() => Promise.reject(new Error('no authorizer'))),
      invoke: (name, invocation) => functions.invoke(name, invocation),
      onFault: (name, message) => log.write(name, message),
    }),
  );
  return {
    url: server.url,
    folder,
    /** Resolves once the log says so, and gives all of it. */
    logged: async (what: RegExp): Promise<string> => {
      for (;;) {
        const text = await readFile(log.path, 'utf8').catch(() => '');
        if (what.test(text)) return text;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      await server.close();
      await functions.close();
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function writeFunction(
  folder: string,
  name: string,
  { source, timeoutSeconds = 5, environment = {} }: Omit<Route, 'resourcePath'>,
): Promise<FunctionConfig> {
  const assetPath = join(folder, name);
  await mkdir(assetPath);
  await writeFile(join(assetPath, 'index.js'), source);
  return {
    name,
    handler: 'index.handler',
    timeoutMs: timeoutSeconds * 1000,
    memoryMb: 128,
    environment: { FOLDER: folder, ...environment },
    assetPath,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Sent {
  readonly method?: string;
  /** Pairs of name and value, so that a name may repeat. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** Sends a request exactly as given: no header is added but Host and those that HTTP needs. Rejects where the answer is cut. */
export function send(url: string, { method = 'GET', headers = [], body }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, hostname, port } = new URL(url);
    const path = url.slice(url.indexOf(host) + host.length);
    const request = httpRequest({ hostname, port, path, method, headers: ['Host', host, ...headers] }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
