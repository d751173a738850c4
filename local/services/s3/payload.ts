import { createHash } from 'node:crypto';
import { type AwsChunkedBody, decodeAwsChunked } from './aws-chunked';
import {
  type Checksum,
  type ChecksumName,
  checksumNameIn,
  checksumNames,
  type RunningSum,
  requireChecksumValue,
  startChecksum,
} from './checksums';
import { S3Error } from './errors';
import type { Exchange } from './exchange';
import type { S3Request } from './request';

/** The bytes that a request brings, with what it says of them. */
export interface Payload {
  /**
   * The bytes as they arrive, to be read once. They end well only if all that the request says of them is true: length,
   * SHA-256, checksum, MD5 and signatures; else with an S3Error. When the client leaves, with Node's error.
   */
  readonly chunks: AsyncIterable<Buffer>;
  /** What was found, once `chunks` has ended. */
  sums(): PayloadSums;
}

export interface PayloadSums {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** The one that the request came with, or that was wanted. */
  readonly checksum?: Checksum;
}

/** S3's limit for one request. */
const maxPayloadBytes = 5 * 1024 ** 3;

/**
 * What a request's checksum may be: that name and no other, which is computed even if the request brings none; no
 * checksum at all; or one that is not of the body.
 */
type Expected = ChecksumName | 'none' | 'not of the body';

/** Reads the headers that describe the body. Throws S3Error where they are missing, contradict each other or ask too much. */
export function openPayload({ request, response, authenticated }: Exchange, expected?: Expected): Payload {
  const { payloadHash, signing } = authenticated;
  const kind = payloadKind(payloadHash);
  const length = payloadLength(request, kind !== 'plain');
  const claim = expected === 'not of the body' ? undefined : checksumClaim(request);
  if (claim && expected !== undefined && claim.name !== expected) {
    throw new S3Error('InvalidRequest', {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${expected === 'none' ? 'null' : expected}, actual checksum Type: ${claim.name}`,
    });
  }
  const claimedMd5 = contentMd5(request);

  const source = received(request, () => response.writeContinue());
  const body: AwsChunkedBody =
    kind === 'plain'
      ? { chunks: source, trailers: new Map() }
      : decodeAwsChunked(source, kind === 'signed chunks' ? signing : undefined);

  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash('sha256') : undefined;
  const sumName = claim?.name ?? checksumNames.find((name) => name === expected);
  const sum = sumName && startChecksum(sumName);
  const running = [md5, sha256, sum].filter((one): one is RunningSum => one !== undefined);
  let sums: PayloadSums | undefined;

  async function* chunks() {
    let bytes = 0;
    for await (const chunk of body.chunks) {
      bytes += chunk.length;
      if (bytes > length) break;
      for (const one of running) one.update(chunk);
      yield chunk;
    }
    if (bytes !== length) {
      throw new S3Error('IncompleteBody', {
        message: 'You did not provide the number of bytes specified by the Content-Length HTTP header',
      });
    }
    const computed = sha256?.digest('hex');
    if (computed !== undefined && computed !== payloadHash) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        detail: { ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: computed },
      });
    }
    const digest = md5.digest();
    if (claimedMd5 && !digest.equals(claimedMd5)) {
      throw new S3Error('BadDigest', { message: 'The Content-MD5 you specified did not match what we received.' });
    }
    const checksum = sum && sumName && verifiedChecksum(sumName, sum, claim, body.trailers);
    sums = { bytes, md5: digest.toString('hex'), ...(checksum ? { checksum } : {}) };
  }

  return {
    chunks: chunks(),
    sums() {
      if (!sums) throw new Error('the payload was not read to its end');
      return sums;
    },
  };
}

type PayloadKind = 'plain' | 'unsigned chunks' | 'signed chunks';

function payloadKind(payloadHash: string): PayloadKind {
  if (payloadHash === 'UNSIGNED-PAYLOAD' || /^[0-9a-f]{64}$/.test(payloadHash)) return 'plain';
  switch (payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return 'unsigned chunks';
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return 'signed chunks';
    default:
      throw new S3Error('InvalidArgument', {
        message:
          'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
        detail: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
      });
  }
}

function payloadLength({ headers }: S3Request, isChunked: boolean): number {
  if (!isChunked && headers['transfer-encoding'] !== undefined) {
    throw new S3Error('NotImplemented', { detail: { Header: 'Transfer-Encoding' } });
  }
  const length = headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length'] ?? '';
  if (!/^\d{1,15}$/.test(length)) throw new S3Error('MissingContentLength');
  if (Number(length) > maxPayloadBytes) {
    throw new S3Error('EntityTooLarge', { detail: { ProposedSize: length, MaxSizeAllowed: maxPayloadBytes } });
  }
  return Number(length);
}

/** A checksum that the request announces. Without a value, it comes as a trailer. */
interface ChecksumClaim {
  readonly name: ChecksumName;
  readonly value?: string;
}

const notSums = new Set(['x-amz-checksum-mode', 'x-amz-checksum-algorithm', 'x-amz-checksum-type']);

function checksumClaim({ headers }: S3Request): ChecksumClaim | undefined {
  const sent = Object.keys(headers).filter((name) => name.startsWith('x-amz-checksum-') && !notSums.has(name));
  const announced = (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const [header, second] = [...sent, ...announced];
  if (second !== undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  const algorithm = headers['x-amz-sdk-checksum-algorithm'];
  if (header === undefined) {
    if (algorithm === undefined) return undefined;
    throw new S3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  const name = checksumNameIn(header);
  if (algorithm !== undefined && algorithm.toLowerCase() !== name) {
    throw new S3Error('InvalidRequest', {
      message: `Value for x-amz-sdk-checksum-algorithm header is invalid; the checksum sent is ${name.toUpperCase()}.`,
    });
  }
  const value = headers[header];
  if (value === undefined) return { name };
  requireChecksumValue({ name, value });
  return { name, value };
}

function verifiedChecksum(
  name: ChecksumName,
  sum: RunningSum,
  claim: ChecksumClaim | undefined,
  trailers: ReadonlyMap<string, string>,
): Checksum {
  const value = sum.digest().toString('base64');
  if (!claim) return { name, value };
  const claimed = claim.value ?? trailers.get(`x-amz-checksum-${name}`);
  if (claimed === undefined) throw new S3Error('MalformedTrailerError');
  requireChecksumValue({ name, value: claimed });
  if (claimed !== value) {
    throw new S3Error('BadDigest', {
      message: `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
    });
  }
  return { name, value };
}

function contentMd5({ headers }: S3Request): Buffer | undefined {
  const value = headers['content-md5'];
  if (value === undefined) return undefined;
  const md5 = Buffer.from(value, 'base64');
  if (md5.length !== 16 || md5.toString('base64') !== value) throw new S3Error('InvalidDigest');
  return md5;
}

/** The body as it arrives. A client that asked to be told before it sends is told when the reading begins. */
async function* received({ message }: S3Request, writeContinue: () => void): AsyncGenerator<Buffer> {
  if (message.headers.expect !== undefined) writeContinue();
  // The connection stays open, to answer on, when the reading stops early.
  yield* message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
