import type { ServerResponse } from 'node:http';

/*
 * How AWS fails, on the wire. Each kind is answered as the service itself would, so that the SDK's reading of errors is tried
 * with the handlers. Sources: "Error responses" of Amazon S3, "Error handling with DynamoDB", "Common errors" of Cognito and SQS.
 */

export type ServiceName = 'S3' | 'DYNAMODB' | 'COGNITO_IDENTITY_PROVIDER' | 'COGNITO_IDENTITY' | 'SQS';

export interface AwsRequest {
  readonly service: ServiceName;
  /** As AWS names it: `PutObject`. */
  readonly operation: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export const faultKinds = [
  'throttled',
  'failed',
  'denied',
  /** The connection ends before the service has the request. */
  'unreachable',
  /** The service does it, and the connection ends before the answer comes. */
  'unanswered',
  /** The service does it, and the connection ends amid the answer's body. */
  'cut',
  /** A condition of the request does not hold. */
  'refused',
  /** Another write of the same object is under way. */
  'raced',
  /** Of a batch half is done. */
  'partial',
  /** The status is 200, and the body an error: S3 has begun to answer before it has failed. */
  'failed late',
] as const;
export type FaultKind = (typeof faultKinds)[number];

const isWrite = ({ method }: AwsRequest): boolean => method === 'PUT' || method === 'POST';

function isConditional({ service, headers, body }: AwsRequest): boolean {
  if (service === 'DYNAMODB') return body.includes('"ConditionExpression"');
  return service === 'S3' && (headers['if-match'] !== undefined || headers['if-none-match'] !== undefined);
}

/** The ways in which a request can fail. */
export function faultsOf(request: AwsRequest): readonly FaultKind[] {
  return faultKinds.filter((kind) => {
    switch (kind) {
      case 'refused':
        return isConditional(request);
      case 'raced':
        return isConditional(request) && request.service === 'S3' && isWrite(request);
      case 'partial':
        return request.operation === 'BatchWriteItem';
      case 'failed late':
        return request.operation === 'CompleteMultipartUpload';
      case 'cut':
        return request.method !== 'HEAD' && request.method !== 'DELETE' && request.operation !== 'PutObject';
      default:
        return true;
    }
  });
}

/** No answer may say anything of it. */
export const secret = 'arn:aws:iam::123456789012:role/Innards';

type Words = Readonly<Record<'throttled' | 'failed' | 'denied', readonly [status: number, code: string]>>;

const words: Readonly<Record<ServiceName, Words>> = {
  S3: { throttled: [503, 'SlowDown'], failed: [500, 'InternalError'], denied: [403, 'AccessDenied'] },
  DYNAMODB: {
    throttled: [400, 'ProvisionedThroughputExceededException'],
    failed: [500, 'InternalServerError'],
    denied: [400, 'AccessDeniedException'],
  },
  COGNITO_IDENTITY_PROVIDER: {
    throttled: [400, 'TooManyRequestsException'],
    failed: [500, 'InternalErrorException'],
    denied: [400, 'AccessDeniedException'],
  },
  COGNITO_IDENTITY: {
    throttled: [400, 'TooManyRequestsException'],
    failed: [500, 'InternalErrorException'],
    denied: [400, 'AccessDeniedException'],
  },
  SQS: {
    throttled: [400, 'RequestThrottled'],
    failed: [500, 'InternalFailure'],
    denied: [403, 'AccessDeniedException'],
  },
};

/** Answers a request with an error, in the service's own form. */
export function answerFault(request: AwsRequest, kind: FaultKind, response: ServerResponse): void {
  if (kind === 'throttled' || kind === 'failed' || kind === 'denied') {
    const [status, code] = words[request.service][kind];
    answerError(request, status, code, response);
  } else if (kind === 'failed late') {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(xmlError('InternalError'));
  } else if (kind === 'raced') {
    answerError(request, 409, 'ConditionalRequestConflict', response);
  } else if (request.service === 'DYNAMODB') {
    answerError(request, 400, 'ConditionalCheckFailedException', response);
  } else if (!isWrite(request) && request.headers['if-none-match'] !== undefined) {
    response.writeHead(304, { etag: '"held"' }).end();
  } else {
    answerError(request, 412, 'PreconditionFailed', response);
  }
}

const xmlError = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code} of ${secret}</Message><RequestId>R</RequestId></Error>`;

function answerError({ service, method }: AwsRequest, status: number, code: string, response: ServerResponse): void {
  if (service === 'S3') {
    response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'R' });
    response.end(method === 'HEAD' ? undefined : xmlError(code));
    return;
  }
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: `com.amazonaws#${code}`, message: `${code} of ${secret}` }));
}

interface Batch {
  readonly RequestItems: Readonly<Record<string, readonly unknown[]>>;
}

/** Of a batch the half that is done, and the answer that names the rest. Of a single item nothing is done. */
export function halfOf({ body }: AwsRequest): { readonly done: Buffer | undefined; readonly answer: string } {
  const batch: Batch = JSON.parse(body.toString());
  const [[table, items] = ['', []]] = Object.entries(batch.RequestItems);
  const half = Math.floor(items.length / 2);
  return {
    done:
      half === 0
        ? undefined
        : Buffer.from(JSON.stringify({ ...batch, RequestItems: { [table]: items.slice(0, half) } })),
    answer: JSON.stringify({ UnprocessedItems: { [table]: items.slice(half) } }),
  };
}
