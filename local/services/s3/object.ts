import type { Checksums } from './checksums';

/** An object as its metadata file describes it. */
export interface StoredObject {
  readonly key: string;
  /** The name of the file with its bytes, in the bucket's folder `content`. */
  readonly content: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  readonly checksums: Checksums;
  /** The headers that a GET repeats, by lower-case name: content-type and the like, and `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
}

const kept = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
];

/** Those of a PUT's headers that belong to the object. */
export function objectHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const own = Object.entries(headers)
    .filter(([name, value]) => value !== undefined && (kept.includes(name) || name.startsWith('x-amz-meta-')))
    .map(([name, value]) => [name, String(value)] as const);
  const { 'content-encoding': encoding, ...rest } = Object.fromEntries(own);
  const encodings = (encoding ?? '').split(',').map((part) => part.trim());
  // aws-chunked is how the body travelled, not what it is.
  const real = encodings.filter((part) => part !== '' && part !== 'aws-chunked').join(',');
  return { 'content-type': 'binary/octet-stream', ...rest, ...(real === '' ? {} : { 'content-encoding': real }) };
}
