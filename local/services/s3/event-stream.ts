import { crc32 } from 'node:zlib';

// The binary messages of AWS event streams. Source: "Appendix: SelectObjectContent Response", S3 API reference.

type Headers = Readonly<Record<string, string>>;

/** One message: lengths and their checksum, headers, payload, and the checksum of it all. */
export function message(headers: Headers, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const encoded = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const total = preludeBytes + encoded.length + payload.length + checksumBytes;
  const bytes = Buffer.alloc(total);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(encoded.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(encoded, preludeBytes);
  bytes.set(payload, preludeBytes + encoded.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, total - checksumBytes)), total - checksumBytes);
  return bytes;
}

export const event = (type: string, contentType?: string, payload?: Uint8Array): Buffer =>
  message(
    { ':message-type': 'event', ':event-type': type, ...(contentType && { ':content-type': contentType }) },
    payload,
  );

/** After it nothing comes. */
export const errorMessage = (code: string, text: string): Buffer =>
  message({ ':message-type': 'error', ':error-code': code, ':error-message': text.slice(0, maxMessageLength) });

/** Characters. The length of a header's value has two bytes. */
const maxMessageLength = 4096;

const preludeBytes = 12;
const checksumBytes = 4;
/** Of a header's value: a string. */
const stringType = 7;

function header(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const lengths = Buffer.alloc(3);
  lengths.writeUInt8(stringType, 0);
  lengths.writeUInt16BE(valueBytes.length, 1);
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, lengths, valueBytes]);
}
