import { isFileName } from '../content/file-name';

/** A file's id is base64url of its name: S3 is the only record of what exists. */
export const idOfName = (name: string): string => Buffer.from(name, 'utf8').toString('base64url');

/** The name that an id stands for; undefined for text that is no file's id. */
export function nameOfId(id: string): string | undefined {
  const name = Buffer.from(id, 'base64url').toString('utf8');
  // Decoding forgives what encoding never writes: other alphabets, padding, bytes that are not UTF-8.
  if (idOfName(name) !== id || !isFileName(name)) return undefined;
  return name;
}
