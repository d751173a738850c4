// Preloaded into the server by a test: notes every call to an embedded AWS service in the file that CALLS_FILE names, one a
// line, such as `dynamodb:GetItem`. The services listen in the server's main thread; the functions call them from others.
import diagnosticsChannel from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const services = { DynamoDB_20120810: 'dynamodb', AWSCognitoIdentityProviderService: 'cognito', AmazonSQS: 'sqs' };

/** What a request to S3 asks for, by its method, its path and its query. */
function s3Operation({ method, url }) {
  const { pathname, searchParams } = new URL(url, 'http://host');
  const isObject = pathname.split('/').filter(Boolean).length > 1;
  if (method === 'GET' && !isObject) return 'ListObjectsV2';
  if (searchParams.has('uploads')) return 'CreateMultipartUpload';
  if (searchParams.has('partNumber')) return 'UploadPart';
  if (searchParams.has('uploadId')) {
    return { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method];
  }
  return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method];
}

function callOf(request) {
  const [prefix, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (prefix in services) return `${services[prefix]}:${operation}`;
  if (request.url.includes('/.well-known/')) return 'cognito:JWKS';
  return /\/s3\/aws4_request|^$/.test(request.headers.authorization ?? 'none')
    ? `s3:${s3Operation(request)}`
    : undefined;
}

if (isMainThread && process.env.CALLS_FILE) {
  diagnosticsChannel.subscribe('http.server.request.start', ({ request }) => {
    const call = callOf(request);
    if (call) appendFileSync(process.env.CALLS_FILE, `${call}\n`);
  });
}
