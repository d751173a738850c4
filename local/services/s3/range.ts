import { S3Error } from './errors';

/** Bytes of an object, from the first up to and with the last, both counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header: one range, `bytes=0-99`, `bytes=100-` or `bytes=-100`. Undefined means the whole object, which
 * is S3's answer to several ranges and to what is no range. Throws S3Error InvalidRange where the object has no such bytes.
 * The last bytes of an empty object are all of it: RFC 9110, section 14.1.2, holds any suffix but `bytes=-0` for satisfiable.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (size === 0 && from === '' && Number(to) > 0) return undefined;
  const range =
    from === ''
      ? { first: Math.max(0, size - Number(to)), last: size - 1 }
      : { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
  if (range.first >= size) {
    throw new S3Error('InvalidRange', {
      detail: { RangeRequested: header ?? '', ActualObjectSize: size },
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return range;
}
