import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkSignature, SignatureError } from '../header-signature';
import { requestBody } from '../request-body';
import { type EmbeddedService, listen } from '../service';
import type { Credentials } from '../sigv4';
import { invalidValue, SqsError, unsupported } from './errors';
import { operations } from './operations';
import { Queues } from './queues';

/*
 * SQS on the wire: AWS's JSON protocol 1.0, the operation named by `X-Amz-Target`, as the SDK speaks it since 2023.
 * `operations.ts` says what is emulated; `queues.ts` keeps the messages such that what was acknowledged survives a crash.
 */

export interface SqsOptions {
  /** Everything lies in it. No other process may use it. */
  readonly dir: string;
  readonly credentials: Credentials;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export interface EmbeddedSqs extends EmbeddedService {
  /** Sends a message as an AWS service does, to a queue by its ARN. Resolves once the message would survive a crash. */
  deliver(queueArn: string, body: string): Promise<void>;
}

export async function startSqs({
  dir,
  credentials,
  region,
  accountId,
  now = Date.now,
}: SqsOptions): Promise<EmbeddedSqs> {
  const queues = await Queues.open(dir, `arn:aws:sqs:${region}:${accountId}:`, now);
  const authority = { credentials, region, service: 'sqs', now };

  async function perform(request: IncomingMessage, signal: AbortSignal): Promise<object> {
    const body = await requestBody(request, maxRequestBytes);
    if (!body) throw invalidValue('of the request', `It has more than ${maxRequestBytes} bytes.`);
    checkSignature(request, body, authority);
    const [, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const operation = operations.get(name);
    if (!operation) throw unsupported(`The operation '${name}' is not emulated.`);
    const urlPrefix = `http://${request.headers.host}/${accountId}/`;
    return operation({ queues, urlPrefix, accessKeyId: credentials.accessKeyId, signal }, parseBody(body));
  }

  const underWay = new Set<Promise<void>>();
  const service = await listen((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answered = perform(request, gone.signal)
      .then((output) => send(response, 200, output))
      .catch((error: unknown) => {
        // A client that left while it was sending hears nothing more.
        if (!request.destroyed || request.complete) sendError(response, error);
      })
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });

  return {
    url: service.url,
    async close() {
      await service.close();
      await Promise.all(underWay);
      await queues.close();
    },
    async deliver(queueArn, body) {
      const name = queues.nameOfArn(queueArn);
      if (name === undefined) throw new Error(`there is no queue ${queueArn}`);
      await queues.send(name, { body });
    },
  };
}

/** A batch of a megabyte, all of which JSON may have to escape. */
const maxRequestBytes = 6 * 1024 * 1024;

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new SqsError('SerializationException', 'The body is not JSON.');
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  if (!response.req.complete) response.shouldKeepAlive = false; // The rest of the body will not be read.
  if (error instanceof SqsError) {
    response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
    send(response, 400, { __type: `com.amazonaws.sqs#${error.type}`, message: error.message });
  } else if (error instanceof SignatureError) {
    send(response, 403, { __type: `com.amazon.coral.service#${error.type}`, message: error.message });
  } else {
    console.error(error);
    send(response, 500, { __type: 'com.amazon.coral.service#InternalFailure', message: 'The embedded SQS failed.' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() })
    .end(JSON.stringify(body));
}
