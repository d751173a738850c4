import { EventRows, maxRowBytes, maxUserIdBytes } from '../../src/event-stats/event-rows';
import { UserCounts } from '../../src/event-stats/user-counts';

/** What is read of a text that comes in chunks of a size: `[epochMs, id]` for an event, the line's number for a bad row. */
function read(text: string | Buffer, chunkBytes: number) {
  const read: (readonly [number, string] | number)[] = [];
  const details: string[] = [];
  const users = new UserCounts();
  const rows = new EventRows({
    event(epochMs, bytes, start, end) {
      if (!users.add(bytes, start, end)) return false;
      read.push([epochMs, bytes.toString('utf8', start, end)]);
      return true;
    },
    badRow: (line, detail) => {
      read.push(line);
      details.push(detail);
    },
  });
  const bytes = Buffer.from(text);
  // Each chunk in memory of its own, which is overwritten afterwards, as a reader's buffer is.
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(start, start + chunkBytes));
    rows.push(chunk);
    chunk.fill(0xff);
  }
  rows.end();
  return { read, details };
}

const t = 1_700_000_000;
const event = (id: string, seconds = t) => [seconds * 1000, id];

const cases: readonly [name: string, text: string, expected: readonly unknown[]][] = [
  ['nothing', '', []],
  ['rows', `${t},"a","x"\n${t},"b","y"\n`, [event('a'), event('b')]],
  ['a last row without its end', `${t},"a","x"\n${t},"b","y"`, [event('a'), event('b')]],
  ['CRLF', `${t},"a","x"\r\n${t},b,y\r\n`, [event('a'), event('b')]],
  ['no quotes, and quotes everywhere', `${t},a,x\n"${t}","b","y"\n`, [event('a'), event('b')]],
  ['a byte order mark', `\ufeff${t},a,x\n`, [event('a')]],
  ['a header', `epoch,user_id,event\n${t},a,x\n`, [event('a')]],
  [
    'a header in quotes, after a byte order mark and blank lines',
    `\ufeff\n \n"time","id","what"\n${t},a,x\n`,
    [event('a')],
  ],
  ['a second header', `epoch,user_id,event\nepoch,user_id,event\n`, [2]],
  ['a first line that is no header', `garbage\n${t},a,x\n`, [1, event('a')]],
  ['blank lines, which are counted', `\n${t},a,x\n\n \t \r\nbad\n`, [event('a'), 5]],
  ['blanks around fields', ` ${t} , "a" ,\tx \n${t}, b ,y\n`, [event('a'), event('b')]],
  ['commas, blanks and quotes in quotes', `${t},"a,b"" c ","x,y"\n`, [event('a,b" c ')]],
  ['a quote inside a field without quotes', `${t},a"b,x\n`, [event('a"b')]],
  ['ids beyond ASCII', `${t},"Zoë 😀",x\n${t},田中,x\n`, [event('Zoë 😀'), event('田中')]],
  ['seconds below 10^11', `99999999999,a,x\n`, [[99_999_999_999_000, 'a']]],
  [
    'milliseconds from 10^11 on',
    `100000000000,a,x\n1700000000123,a,x\n`,
    [
      [100_000_000_000, 'a'],
      [1_700_000_000_123, 'a'],
    ],
  ],
  ['the first moment', `0,a,x\n`, [[0, 'a']]],
  ['times that are none', `x,a,x\n-1,a,x\n1.5,a,x\n1e9,a,x\n,a,x\n" ",a,x\n0x1,a,x\n`, [2, 3, 4, 5, 6, 7]],
  ['microseconds', `1700000000000000,a,x\n1700000000000000000,a,x\n`, [1, 2]],
  ['missing fields', `${t}\n${t},a\n${t},,x\n${t},"",x\n${t},a,\n${t},a,""\n,,\n`, [1, 2, 3, 4, 5, 6, 7]],
  ['too many fields', `${t},a,x,y\n${t},a,x,\n`, [1, 2]],
  ['stray quotes', `${t},"a,x\n${t},"a"b,x\n${t},a,"x\n${t},a,x\n`, [1, 2, 3, event('a')]],
];

test.each(cases)('reads %s, whole and cut anywhere', (_name, text, expected) => {
  for (const chunkBytes of [1_000, 1, 2, 3, 5, 7, 11, 16]) {
    expect([chunkBytes, read(text, chunkBytes).read]).toEqual([chunkBytes, expected]);
  }
});

test('an id that is not UTF-8 is a bad row', () => {
  const text = Buffer.concat([Buffer.from(`${t},a`), Buffer.from([0xff]), Buffer.from(`,x\n${t},b,x\n`)]);
  const { read: rows, details } = read(text, 4);
  expect([rows, details]).toEqual([[1, event('b')], ['the user id is not UTF-8']]);
});

test('a row or an id that is too long is bad, told once, and not kept', () => {
  const row = (idBytes: number, eventBytes = 1) => `${t},${'i'.repeat(idBytes)},${'e'.repeat(eventBytes)}\n`;
  const longest = row(1, maxRowBytes - row(1, 0).length + 1);
  expect(Buffer.byteLength(longest)).toBe(maxRowBytes + 1);
  const text = `${longest}${row(1, maxRowBytes)}${row(maxUserIdBytes)}${row(maxUserIdBytes + 1)}${row(1)}${row(9, 5 * maxRowBytes)}`;
  for (const chunkBytes of [100, 4096, maxRowBytes, 10 * maxRowBytes]) {
    const { read: rows } = read(text, chunkBytes);
    expect(rows).toEqual([event('i'), 2, event('i'.repeat(maxUserIdBytes)), 4, event('i'), 6]);
  }
  expect(read(text.trimEnd(), 4096).read.at(-1)).toBe(6);
});

test('the details say what is wrong, and repeat nothing of the row', () => {
  const text = `secret\n${t},"secret,x\n${t}\n${t},secret\n${t},secret,a,b\n1700000000000000,secret,x\n`;
  const { details } = read(text, 100);
  expect(details).toEqual([
    expect.stringContaining('whole number of seconds'),
    expect.stringContaining('quote'),
    expect.stringContaining('user id, the second field, is missing'),
    expect.stringContaining('event, the third field, is missing'),
    expect.stringContaining('more than three fields'),
    expect.stringContaining('after the year 9999'),
  ]);
  expect(details.join()).not.toContain('secret');
});
