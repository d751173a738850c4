import { limits } from '../config';
import { AppError } from '../errors';

/**
 * Names are kept code point for code point after Unicode normalisation (NFC), so that the same name typed on a Mac
 * and on Windows is one file. Throws AppError InvalidFileName.
 */
export function fileName(given: string): string {
  const name = given.normalize('NFC');
  const fault = faultOf(name);
  if (fault) throw new AppError('InvalidFileName', `The file name ${fault}.`);
  return name;
}

/** Whether it could have come from `fileName`. */
export const isFileName = (name: string): boolean => name.normalize('NFC') === name && faultOf(name) === undefined;

/** What a JSON Schema can say of a name; its bytes are counted besides, and folders' names refused. */
export const fileNamePattern = '^[^/\\u0000-\\u001f\\u007f-\\u009f]+$';

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
