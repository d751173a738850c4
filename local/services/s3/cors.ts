import { corsDocument, corsHeaders, readCorsRules } from './cors-rules';
import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { requestText } from './request-text';

// PutBucketCors, GetBucketCors, DeleteBucketCors, and what browsers are told. Source: S3 API reference, and "OPTIONS object".

/** S3's limit for a configuration. */
const maxConfigurationBytes = 64 * 1024;

export async function putBucketCors(exchange: Exchange): Promise<void> {
  const bucket = exchange.store.existingBucket(exchange.request.bucket);
  await bucket.setCors(readCorsRules(await requestText(exchange, maxConfigurationBytes)));
  exchange.response.writeHead(200, { 'content-length': 0 }).end();
}

export function getBucketCors(exchange: Exchange): void {
  const { name, cors } = exchange.store.existingBucket(exchange.request.bucket);
  if (cors.length === 0) throw new S3Error('NoSuchCORSConfiguration', { detail: { BucketName: name } });
  sendXml(exchange, 200, corsDocument(cors));
}

export async function deleteBucketCors({ request, response, store }: Exchange): Promise<void> {
  await store.existingBucket(request.bucket).setCors([]);
  response.writeHead(204).end();
}

type Unsigned = Pick<Exchange, 'request' | 'response' | 'store'>;

/** The answer to a preflight request, which browsers do not sign. */
export function preflight({ request, response, store }: Unsigned): void {
  const {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': asked = '',
  } = request.headers;
  if (origin === undefined || method === undefined) {
    throw new S3Error('BadRequest', {
      message: 'Insufficient information. Origin request header needed.',
    });
  }
  const headers = asked
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const allowed = corsHeaders(store.existingBucket(request.bucket).cors, { origin, method, headers });
  if (!allowed) {
    throw new S3Error('AccessForbidden', {
      message: 'CORSResponse: This CORS request is not allowed.',
      detail: { Method: method, ResourceType: request.key === '' ? 'BUCKET' : 'OBJECT' },
    });
  }
  response.writeHead(200, { ...allowed, 'content-length': 0 }).end();
}

/** Tells the browser that a page may see the answer, whatever it will be. */
export function addCorsHeaders({ request, response, store }: Unsigned): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const rules = store.findBucket(request.bucket)?.cors ?? [];
  const allowed = corsHeaders(rules, { origin, method: request.method, headers: [] });
  for (const [name, value] of Object.entries(allowed ?? {})) response.setHeader(name, value);
}
