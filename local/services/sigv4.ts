import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

// What every use of AWS Signature Version 4 has in common. Source: IAM user guide, "Create a signed AWS API request".

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const algorithm = 'AWS4-HMAC-SHA256';
/** How far a client's clock may be off. */
export const maxSkewMs = 15 * 60 * 1000;

/** `scope` is `20260101/us-east-1/s3/aws4_request`. */
export function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

/** Milliseconds since 1970 of `20260101T000000Z`, or NaN. */
export function parseDate(date: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** Compares two texts in a time that does not tell where they differ. */
export function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
