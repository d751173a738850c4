import type { IncomingMessage, RequestListener } from 'node:http';
import { answer, operationName, parseBody, readBody, unknownOperation } from '../json-protocol';
import { notFound } from './errors';
import { operations } from './operations';
import type { Pool } from './pool';

/**
 * Cognito on the wire: JSON 1.1, the operation named by `X-Amz-Target`, and each pool's public documents by GET.
 */
export const cognitoListener =
  (pools: readonly Pool[], checkSigner: CheckSigner): RequestListener =>
  (request, response) =>
    request.method === 'GET'
      ? answer(response, () => publicDocument(pools, request), 'application/json')
      : answer(response, () => perform(pools, request, checkSigner));

/** Throws SignatureError unless whoever signed the request, with this body, may administer. */
export type CheckSigner = (request: IncomingMessage, body: Buffer) => void;

async function perform(pools: readonly Pool[], request: IncomingMessage, checkSigner: CheckSigner) {
  const body = await readBody(request);
  const name = operationName(request);
  const operation = operations.get(name);
  if (!operation) throw unknownOperation(name);
  if (operation.signed) checkSigner(request, body);
  return operation.run(pools, parseBody(body));
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
