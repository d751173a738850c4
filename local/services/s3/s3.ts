import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type EmbeddedService, listen } from '../service';
import { Buckets } from './buckets';
import { S3Error } from './errors';
import {
  bucketOperations,
  type Call,
  objectOperations,
  refuseOtherOperations,
  rootOperations,
  sendXml,
} from './operations';
import { type SigningKey, verifySignature } from './signature';
import { type Target, targetOf } from './target';
import { element } from './xml';

interface S3Options {
  /** Where the buckets lie. */
  readonly dir: string;
  /** The one key that requests are signed with. */
  readonly credentials: SigningKey;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Amazon S3 on the wire, with path-style addresses, over a folder. What was acknowledged is on the disk and survives the
 * end of the process at any moment; what was not leaves nothing behind. Operations that are not emulated answer 501.
 */
export async function startS3({ dir, credentials, region, now = Date.now }: S3Options): Promise<EmbeddedService> {
  const buckets = await Buckets.open(dir);
  return listen(listener(buckets, credentials, region, now));
}

function listener(buckets: Buckets, key: SigningKey, region: string, now: () => number): RequestListener {
  return async (request, response) => {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    response.setHeader('x-amz-request-id', requestId);
    try {
      const target = targetOf(request.url ?? '/');
      const signed = verifySignature(request, target, key, now());
      refuseOtherOperations(target.query);
      response.setHeader('x-amz-bucket-region', region);
      await perform({ request, response, signed, query: target.query, buckets, now }, target);
    } catch (error) {
      sendError(request, response, error, requestId);
    }
  };
}

async function perform(call: Call, { bucket: bucketName, key }: Target): Promise<void> {
  const method = call.request.method ?? '';
  if (bucketName === undefined) return operation(rootOperations, method)(call);
  if (key === undefined && method === 'PUT') {
    await call.buckets.create(bucketName);
    call.response.writeHead(200, { location: `/${bucketName}` }).end();
    return;
  }
  const bucketCall = { ...call, bucket: call.buckets.get(bucketName), bucketName };
  if (key === undefined) return operation(bucketOperations, method)(bucketCall);
  return operation(objectOperations, method)({ ...bucketCall, key });
}

function operation<T>(operations: Readonly<Record<string, T>>, method: string): T {
  const found = operations[method];
  if (found) return found;
  throw new S3Error(501, 'NotImplemented', `${method} is not emulated here by this server.`);
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, requestId: string): void {
  // A client that has left, in either direction, is told nothing.
  if (response.headersSent || (request.destroyed && !request.complete)) {
    response.destroy();
    return;
  }
  const known = error instanceof S3Error ? error : undefined;
  if (!known) console.error('embedded S3:', error);
  const { status, code, message } =
    known ?? new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
  request.resume(); // What is left of a refused body is thrown away, so that the client comes to read the answer.
  if (request.method === 'HEAD' || status === 304) {
    response.writeHead(status).end();
    return;
  }
  const [resource = ''] = (request.url ?? '').split('?');
  sendXml(
    response,
    element('Error', [
      element('Code', code),
      element('Message', message),
      element('Resource', resource),
      element('RequestId', requestId),
    ]),
    status,
  );
}
