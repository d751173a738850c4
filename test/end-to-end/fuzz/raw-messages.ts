import type { Dice } from './dice';
import { oddText } from './values';

// What no client of HTTP sends, byte by byte.

const good = 'GET /api/v1/health HTTP/1.1';
const host = 'Host: 127.0.0.1';
const close = 'Connection: close';

const message = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;

/** Messages that cannot be read as HTTP, or that RFC 9112 says to refuse. */
export const malformed: Readonly<Record<string, string>> = {
  'no version': message('GET /api/v1/health', host),
  'a version of the future': message('GET /api/v1/health HTTP/9.9', host),
  'HTTP/2 by prior knowledge': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'no request at all': '\0\0\0\0\r\n\r\n',
  'a method that is none': message('GE T /api/v1/health HTTP/1.1', host),
  'an unknown method': message('FROB /api/v1/health HTTP/1.1', host),
  'a blank in the path': message('GET /api/v1/ health HTTP/1.1', host),
  'a NUL in the path': message('GET /api/v1/\0health HTTP/1.1', host),
  'no Host': message(good, close),
  'a header without a colon': message(good, host, 'nonsense'),
  'a header without a name': message(good, host, ': x'),
  'a blank before the colon': message(good, host, 'x : y'),
  'a NUL in a header': message(good, host, 'x: a\0b'),
  'a bare CR in a header': message(good, host, 'x: a\rb'),
  'a folded header': message(good, host, 'x: a', ' b'),
  'a header of 20 KB': message(good, host, `x: ${'y'.repeat(20_000)}`),
  'a path of 20 KB': message(`GET /api/v1/${'a'.repeat(20_000)} HTTP/1.1`, host),
  'two lengths': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Content-Length: 1', 'Content-Length: 2')}ab`,
  'a negative length': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Content-Length: -1')}ab`,
  'a length that is no number': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Content-Length: 0x2')}ab`,
  'a length and chunks': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'an unknown transfer encoding': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Transfer-Encoding: xchunked')}0\r\n\r\n`,
  'a chunk whose size is no number': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Transfer-Encoding: chunked')}zz\r\nab\r\n0\r\n\r\n`,
  'a chunk of a size beyond all': `${message('POST /api/v1/auth/login HTTP/1.1', host, 'Transfer-Encoding: chunked')}fffffffffffffffff\r\nab\r\n0\r\n\r\n`,
  'a host that is none': message(good, 'Host: a b', close),
  'a host with a path': message(good, 'Host: x:99999/..', close),
  'an expectation that nobody meets': message(good, host, 'Expect: the unexpected'),
  'a tunnel': message('CONNECT 127.0.0.1:22 HTTP/1.1', host),
};

/** A message that is spoilt here and there: it may be refused, or answered, or be no whole message any more. */
export function spoiltMessage(bytes: Buffer, dice: Dice): Buffer {
  const head = bytes.indexOf('\r\n\r\n') + 4;
  const at = dice.below(head);
  switch (dice.below(5)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      flipped[at] = dice.below(256);
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(9))]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(oddText(dice), 'latin1'), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes, bytes]);
  }
}
