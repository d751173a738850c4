import type { CsvInput } from '../../../src/engine/index';

/** Bytes of which most mean something: well-formed for the greater part in every other input. */
export function randomCsv(random: (below: number) => number, input: CsvInput): Buffer {
  const { delimiter: d, quote: q, recordDelimiter: end, comment } = input;
  const isTame = random(2) === 0;
  const isLong = random(8) === 0;
  const pieces: string[] = [];
  const text = () =>
    'abcdefghijklmnopqrstuvwxyz æ'.slice(0, random(28)) +
    (random(isLong ? 3 : 20) === 0 ? 'x'.repeat(random(200)) : '');
  const field = () =>
    random(3) === 0 ? `${q}${text()}${random(4) ? '' : d}${random(6) ? '' : q + q}${random(6) ? '' : end}${q}` : text();
  const odd = [d, q, end, comment, '\r', '\n', '\r\n', q + q, ' ', 'a', '#', '\0', d + q, q + d, q + end, end + q];
  for (let count = random(60); count > 0; count--) {
    pieces.push(
      isTame && random(40) ? field() + (random(5) ? d : random(3) ? end : `\r${end}`) : (odd[random(odd.length)] ?? ''),
    );
  }
  return Buffer.from(pieces.join(''));
}
