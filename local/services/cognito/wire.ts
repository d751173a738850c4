import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { SignatureError } from '../header-signature';
import { requestBody } from '../request-body';
import { CognitoError, notFound } from './errors';
import { operations } from './operations';
import type { Pool } from './pool';

/**
 * Cognito on the wire: JSON 1.1, the operation named by `X-Amz-Target`, and each pool's public documents by GET.
 */
export function cognitoListener(pools: readonly Pool[], checkSigner: CheckSigner): RequestListener {
  return async (request, response) => {
    try {
      if (request.method === 'GET') return send(response, 200, publicDocument(pools, request), 'application/json');
      send(response, 200, await perform(pools, request, checkSigner));
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The client left while it was sending.
      sendError(response, error);
    }
  };
}

/** Throws SignatureError unless whoever signed the request, with this body, may administer. */
export type CheckSigner = (request: IncomingMessage, body: Buffer) => void;

async function perform(pools: readonly Pool[], request: IncomingMessage, checkSigner: CheckSigner) {
  const body = await readBody(request);
  const [, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const operation = operations.get(name);
  if (!operation) throw new CognitoError('UnknownOperationException', `The operation '${name}' is not emulated.`);
  if (operation.signed) checkSigner(request, body);
  return operation.run(pools, parseBody(body.toString()));
}

/** `/{poolId}/.well-known/jwks.json` and `/{poolId}/.well-known/openid-configuration`. */
function publicDocument(pools: readonly Pool[], { url = '/', headers }: IncomingMessage): object {
  const [, poolId, folder, name] = url.split('/');
  const pool = folder === '.well-known' ? pools.find(({ config }) => config.id === poolId) : undefined;
  if (pool && name === 'jwks.json') return { keys: pool.keys.published };
  if (pool && name === 'openid-configuration') {
    return {
      issuer: pool.tokens.issuer,
      jwks_uri: `http://${headers.host}/${poolId}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
    };
  }
  throw notFound(`There is nothing at ${url}.`);
}

/** Far above any request that is emulated. */
const maxBodyBytes = 256 * 1024;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = await requestBody(request, maxBodyBytes);
  if (!body) throw new CognitoError('SerializationException', `The body has more than ${maxBodyBytes} bytes.`);
  return body;
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new CognitoError('SerializationException', 'The body is not JSON.', { cause: error });
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof CognitoError || error instanceof SignatureError
      ? error
      : new CognitoError('InternalErrorException', 'The embedded Cognito failed.', { cause: error });
  if (known !== error) console.error(error);
  response.setHeader('x-amzn-errortype', known.type);
  if (!response.req.complete) response.shouldKeepAlive = false; // The rest of the body will not be read.
  send(response, known === error ? 400 : 500, { __type: known.type, message: known.message });
}

function send(response: ServerResponse, status: number, body: object, type = 'application/x-amz-json-1.1'): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID() }).end(JSON.stringify(body));
}
