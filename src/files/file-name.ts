import { limits } from '../config';
import { AppError } from '../errors';

/**
 * Names are kept code point for code point after Unicode normalisation (NFC), so that the same name typed on a Mac
 * and on Windows is one file. A file's id is base64url of its name: S3 is the only record of what exists.
 */
export function fileName(given: string): string {
  const name = given.normalize('NFC');
  const fault = faultOf(name);
  if (fault) throw new AppError('InvalidFileName', `The file name ${fault}.`);
  return name;
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name === '.' || name === '..') return `is "${name}", which names a folder`;
  if (name.includes('/')) return 'holds a "/"';
  if (!name.isWellFormed()) return 'is not well-formed Unicode';
  if (holdsControlCharacter(name)) return 'holds a control character';
  const bytes = Buffer.byteLength(name);
  if (bytes > limits.fileNameBytes) return `has ${bytes} bytes of UTF-8; ${limits.fileNameBytes} are allowed`;
  return undefined;
}

function holdsControlCharacter(name: string): boolean {
  return [...name].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
  });
}

export const idOfName = (name: string): string => Buffer.from(name, 'utf8').toString('base64url');

/** The name that an id stands for; undefined for text that is no file's id. */
export function nameOfId(id: string): string | undefined {
  const name = Buffer.from(id, 'base64url').toString('utf8');
  // Decoding forgives what encoding never writes: other alphabets, padding, bytes that are not UTF-8.
  if (idOfName(name) !== id || name.normalize('NFC') !== name || faultOf(name)) return undefined;
  return name;
}
