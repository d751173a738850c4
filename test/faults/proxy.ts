import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type EmbeddedService, listen } from '../../local/services/service';
import { type AwsRequest, answerFault, type FaultKind, faultsOf, halfOf, type ServiceName } from './faults';

/** A call of the SDK: the k-th of its operation in a request, since calls side by side come in any order. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  /** From 1. */
  readonly nth: number;
}

export interface RecordedCall extends Call {
  readonly faults: readonly FaultKind[];
}

/** What befalls a call: each of its tries, or only the first. */
export interface Fault {
  readonly call: Call;
  readonly kind: FaultKind;
  readonly tries: 'all' | 'first';
}

interface Watch {
  readonly fault: Fault | undefined;
  readonly calls: RecordedCall[];
  readonly tries: Map<string, { readonly call: Call; count: number }>;
  hits: number;
}

/** Stands before the embedded services, writes down what passes while it watches, and lets one call fail. */
export class FaultyAws {
  /** Operations that passed at any time. */
  readonly seen = new Set<string>();
  #services: EmbeddedService[] = [];
  #watch: Watch | undefined;

  /** Answers the address that stands for the service's. */
  async standBefore(service: ServiceName, url: string): Promise<string> {
    const server = createServer((request, response) => {
      this.#pass(service, new URL(url), request, response).catch(() => response.destroy());
    });
    // A connection that ends just when it is used again would be a fault that nobody asked for.
    server.keepAliveTimeout = 0;
    const proxy = await listen(server);
    this.#services.push(proxy);
    return proxy.url;
  }

  async close(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.close()));
  }

  /** Does work, and tells the calls that were made meanwhile and how often the fault was met. */
  async watch<T>(work: () => Promise<T>, fault?: Fault) {
    if (this.#watch) throw new Error('one at a time');
    const watch: Watch = { fault, calls: [], tries: new Map(), hits: 0 };
    this.#watch = watch;
    try {
      return { result: await work(), calls: watch.calls, hits: watch.hits };
    } finally {
      this.#watch = undefined;
    }
  }

  async #pass(service: ServiceName, target: URL, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const { method = 'GET', headers } = incoming;
    const request = { service, operation: operationOf(service, incoming), method, headers, body };
    this.seen.add(request.operation);
    const kind = this.#note(request);
    const forward = (bytes: Uint8Array = body) => this.#forward(target, incoming, bytes);
    switch (kind) {
      case undefined:
        return relay(await forward(), response);
      case 'unreachable':
        response.destroy();
        return;
      case 'unanswered':
        await buffer(await forward());
        response.destroy();
        return;
      case 'cut':
        return relayHalf(await forward(), response);
      case 'partial': {
        const { done, answer } = halfOf(request);
        if (done) await buffer(await forward(done));
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
        return;
      }
      default:
        answerFault(request, kind, response);
    }
  }

  /** Writes a request down; answers what befalls it. */
  #note(request: AwsRequest): FaultKind | undefined {
    const watch = this.#watch;
    if (!watch) return undefined;
    const { service, operation, headers } = request;
    const id = String(headers['amz-sdk-invocation-id']);
    const known = watch.tries.get(id);
    if (known) known.count++;
    const tried = known ?? { call: nextCall(watch, service, operation), count: 1 };
    if (!known) {
      watch.tries.set(id, tried);
      watch.calls.push({ ...tried.call, faults: faultsOf(request) });
    }
    const { fault } = watch;
    const isMet =
      fault?.call.operation === operation &&
      fault.call.nth === tried.call.nth &&
      (fault.tries === 'all' || tried.count === 1);
    if (isMet) watch.hits++;
    return isMet ? fault?.kind : undefined;
  }

  #forward(target: URL, { method, url, headers }: IncomingMessage, body: Uint8Array): Promise<IncomingMessage> {
    const { expect: _, 'content-length': __, ...others } = headers;
    return new Promise((resolve, reject) => {
      httpRequest(
        {
          hostname: target.hostname,
          port: target.port,
          method,
          path: url,
          // The Host that was asked for is part of the signature.
          headers: { ...others, ...(method === 'GET' || method === 'HEAD' ? {} : { 'content-length': body.length }) },
          agent: false,
        },
        resolve,
      )
        .on('error', reject)
        .end(body);
    });
  }
}

const nextCall = ({ calls }: Watch, service: ServiceName, operation: string): Call => ({
  service,
  operation,
  nth: calls.filter((call) => call.operation === operation).length + 1,
});

function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  answer.pipe(response);
  answer.on('error', () => response.destroy());
}

async function relayHalf(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(answer);
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 500, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** What the JSON services name in a header, and S3 by method, path and query. Source: S3 API reference, "Actions". */
function operationOf(service: ServiceName, { method, url = '', headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  if (service !== 'S3') return String(target).split('.').at(-1) ?? '';
  const { searchParams } = new URL(url, 'http://s3');
  const named = searchParams.get('x-id');
  if (named) return named;
  if (searchParams.has('uploads')) return 'CreateMultipartUpload';
  if (searchParams.has('uploadId')) return method === 'POST' ? 'CompleteMultipartUpload' : `${method} uploadId`;
  if (searchParams.get('list-type') === '2') return 'ListObjectsV2';
  if (searchParams.has('select')) return 'SelectObjectContent';
  return method === 'HEAD' ? 'HeadObject' : `${method} object`;
}
