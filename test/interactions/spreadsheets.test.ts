import fc from 'fast-check';
import { AppError, type FaultInLine } from '../../src/errors';
import { maxListedLines } from '../../src/interactions/bad-lines';
import { cleanFile } from '../../src/interactions/clean-file';
import { bucketOf } from '../../src/interactions/customer';
import type { Kind } from '../../src/interactions/import-log';

// How files as spreadsheets write them are read, and what is said of the lines that cannot be.

async function* inChunks(bytes: Uint8Array, size: number) {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const clean = (kind: Kind, content: string | Uint8Array, size = 1 << 20) =>
  cleanFile(kind, inChunks(Buffer.from(content as string), size));

/** The moments and channels of customer 7, which must be read the same from whole files and from pieces of them. */
async function read(content: string | Uint8Array) {
  const answers = await Promise.all(
    [1 << 20, 1, 2, 3, 7].map(async (size) => {
      const file = await clean('interactions', content, size);
      if (file.kind !== 'interactions') throw new Error();
      const [customer] = await file.ofBucket(bucketOf(7));
      await file.close();
      const moments = customer?.moments ?? [];
      return {
        channels: file.channels.all,
        moments: moments.map((value, i) => (i % 3 === 0 ? new Date(value * 1000).toISOString().slice(0, 19) : value)),
        report: file.report,
      };
    }),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0] as (typeof answers)[0];
}

const faultsOf = async (kind: Kind, content: string | Uint8Array): Promise<readonly FaultInLine[]> => {
  const error = await clean(kind, content).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'ImportRejected' });
  return (error as AppError).details.faults as readonly FaultInLine[];
};

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const oneEmail = { channels: ['Email'], moments: ['2019-10-04T09:00:00', 0, 1] };

test.each([
  ['plain', 'Date,Channel,Customer ID\n04/10/2019 09:00,Email,7\n'],
  ['without a last line end', 'Date,Channel,Customer ID\n04/10/2019 09:00,Email,7'],
  ['with a byte order mark and CRLF', '\ufeffDate,Channel,Customer ID\r\n04/10/2019 09:00,Email,7\r\n'],
  ['with the line ends of an old Mac', 'Date,Channel,Customer ID\r04/10/2019 09:00,Email,7\r'],
  ['with mixed line ends', 'Date,Channel,Customer ID\r\n\n04/10/2019 09:00,Email,7\n\r\n'],
  ['with semicolons', 'Date;Channel;Customer ID\n04/10/2019 09:00;Email;7\n'],
  ['with tabs, in UTF-16', utf16('Date\tChannel\tCustomer ID\r\n04/10/2019 09:00\tEmail\t7\r\n')],
  ['with quotes', '"Date","Channel","Customer ID"\n"04/10/2019 09:00","Email","7"\n'],
  ['with blanks around', ' Date , Channel , Customer ID \n 04/10/2019 09:00 , Email , 7 \n'],
  ['with columns in another order and case', 'CUSTOMER-ID,channel,DATE\n7,Email,04/10/2019 09:00\n'],
  ['with headers without blanks', 'date,channel,customerid\n04/10/2019 09:00,Email,7\n'],
  [
    'with blank lines and lines of delimiters',
    '\n\nDate,Channel,Customer ID\n,,\n \n04/10/2019 09:00,Email,7\n,,,,\n\n',
  ],
  ['with days and months of one digit', 'Date,Channel,Customer ID\n4/10/2019 9:00,Email,7\n'],
  ['with seconds', 'Date,Channel,Customer ID\n04/10/2019 09:00:00,Email,7\n'],
  ['with cells that are missing at the end', 'Date,Channel,Customer ID,Note\n04/10/2019 09:00,Email,7\n'],
])('a table %s', async (_, content) => {
  expect(await read(content)).toMatchObject(oneEmail);
});

test('columns that are not known are told of, and quoted fields may hold anything', async () => {
  const text = 'Date,Note,Channel,Customer ID,\n04/10/2019 09:00,"a;b,\n""c""",Email,7,\n';
  const { report, ...rest } = await read(text);
  expect(rest).toEqual(oneEmail);
  expect(report).toMatchObject({
    bytes: text.length,
    rows: 1,
    columns: { date: 'Date', channel: 'Channel', customer_id: 'Customer ID' },
    unknownColumns: ['Note'],
  });
});

test('the same moment, channel and customer twice is two, and a channel is one whatever its case', async () => {
  const rows = [
    '04/10/2019 09:00,Email,7',
    '04/10/2019 09:00, EMAIL ,7',
    '04/10/2019 09:01,email,7',
    '03/10/2019,Call,7',
  ];
  expect(await read(`Date,Channel,Customer ID\n${rows.join('\n')}\n`)).toMatchObject({
    channels: ['Email', 'Call'],
    moments: ['2019-10-03T00:00:00', 1, 1, '2019-10-04T09:00:00', 0, 2, '2019-10-04T09:01:00', 0, 1],
  });
});

test.each([
  ['04/10/2019 09:00', undefined],
  ['29/02/2020', undefined],
  ['29/02/2019', 'no date'],
  ['31/04/2019 10:00', 'no date'],
  ['13/13/2019', 'no date'],
  ['00/01/2019', 'no date'],
  ['04/10/2019 24:00', 'no date'],
  ['04/10/2019 09:60', 'no date'],
  ['04/10/19', 'no date'],
  ['2019-10-04 09:00', 'no date'],
  ['04.10.2019', 'no date'],
  ['04/10/2019 9 am', 'no date'],
  ['', 'the date is empty'],
])('the date %p', async (date, fault) => {
  const content = `Date,Channel,Customer ID\n${date},Email,7\n`;
  if (fault === undefined) expect((await read(content)).moments).toHaveLength(3);
  else expect(await faultsOf('interactions', content)).toEqual([{ line: 2, detail: expect.stringContaining(fault) }]);
});

test.each(['0', '-1', '+1', '01', '1.0', '1e3', 'x', '', '9007199254740992', '99999999999999999999', '１'])(
  'the customer id %p is none',
  async (id) => {
    const faults = await faultsOf('interactions', `Date,Channel,Customer ID\n04/10/2019,Email,${id}\n`);
    expect(faults).toEqual([{ line: 2, detail: expect.stringContaining('customer id') }]);
  },
);

test.each([
  ['', 'empty'],
  ['12', 'is a number'],
  ['x'.repeat(81), 'longer than 80'],
  ['a\u0007b', 'control character'],
])('the channel %p is none', async (channel, fault) => {
  const faults = await faultsOf('interactions', `Date,Channel,Customer ID\n04/10/2019,${channel},7\n`);
  expect(faults).toEqual([{ line: 2, detail: expect.stringContaining(fault) }]);
});

test.each(['13-2019', '00-2019', '2019-01', '01/2019', 'Jan 2019', ''])('the month %p is none', async (month) => {
  expect(await faultsOf('products', `Month,Product\n${month},Sand\n`)).toEqual([
    { line: 2, detail: expect.stringContaining('month') },
  ]);
});

test('every bad line is named by its number in the file, whatever stands between', async () => {
  const lines = ['Date,Channel,Customer ID,Note', '', 'x,Email,1,"two', 'lines"', ',,,', '04/10/2019,Email,1,', ',,0,'];
  expect(await faultsOf('interactions', lines.join('\r\n'))).toEqual([
    { line: 3, detail: expect.stringMatching(/^'x' is no date/) },
    {
      line: 7,
      detail:
        "the date is empty; the channel is empty; '0' is no customer id; write a positive integer without leading zeros, such as 12",
    },
  ]);
});

test(`of more than ${maxListedLines} bad lines all are counted and the first are listed`, async () => {
  const content = `Month,Product\n${'x,Sand\n'.repeat(maxListedLines + 20)}`;
  const error = await clean('products', content).catch((caught: AppError) => caught);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^Nothing was imported, since 120 lines cannot be read; the first 100 are listed/),
  });
  expect((error as AppError).details.faults).toHaveLength(maxListedLines);
});

test.each([
  ['no line at all', '', 1, 'the file is empty'],
  ['blank lines only', '\n\n', 1, 'the file is empty'],
  ['no header', '04/10/2019 09:00,Email,7\n', 1, "the column 'Date' is missing"],
  ['a column less', 'Date,Channel\n04/10/2019,Email\n', 1, "the column 'Customer ID' is missing"],
  ['a column twice', 'Date,date,Channel,Customer ID\n', 1, "'Date' and 'date' could both be"],
  ['a field more', 'Date,Channel,Customer ID\n04/10/2019,Email,7,8\n', 2, 'the line has 4 fields, the header 3'],
  ['a quote that is never closed', 'Date,Channel,Customer ID\n04/10/2019,"Email,7\n', 2, 'never closed'],
  ['text after a quote', 'Date,Channel,Customer ID\n04/10/2019,"Email"x,7\n', 2, 'after a closing quote'],
  ['a quote inside', 'Date,Channel,Customer ID\n04/10/2019,E"mail,7\n', 2, 'inside a field'],
])('a file with %s', async (_, content, line, detail) => {
  expect(await faultsOf('interactions', content)).toContainEqual({ line, detail: expect.stringContaining(detail) });
});

test('a header alone is a table without rows', async () => {
  expect((await read('Date,Channel,Customer ID\n')).report.rows).toBe(0);
});

test('text that is not UTF-8 is refused where it stands', async () => {
  const latin = Buffer.from('Date,Channel,Customer ID\n04/10/2019,Email,7\n04/10/2019,Caf\u00e9,7\n', 'latin1');
  for (const size of [1 << 20, 1, 5]) {
    const error = await clean('interactions', latin, size).catch((caught: AppError) => caught);
    expect((error as AppError).details.faults).toContainEqual({
      line: 3,
      detail: expect.stringContaining('not valid utf-8; save the file as "CSV UTF-8"'),
    });
  }
  const cut = Buffer.from('Date,Channel,Customer ID\n04/10/2019,é').subarray(0, -1);
  expect(await faultsOf('interactions', cut)).toContainEqual({
    line: 2,
    detail: expect.stringContaining('inside a character'),
  });
});

test('a workbook is no CSV', async () => {
  const workbook = Buffer.from('504b030414000600', 'hex');
  await expect(clean('customers', workbook)).rejects.toMatchObject({ code: 'UnsupportedFileType' });
});

test('more than 200 channels are another column', async () => {
  const rows = Array.from({ length: 203 }, (_, i) => `04/10/2019,channel ${i},7`);
  const faults = await faultsOf('interactions', `Date,Channel,Customer ID\n${rows.join('\n')}\n`);
  expect(faults.map(({ line }) => line)).toEqual([202, 203, 204]);
});

test('no bytes at all make reading fail otherwise than by a refusal', async () => {
  const piece = fc.constantFrom(
    'Date,Channel,Customer ID\n',
    '04/10/2019 09:00',
    ',',
    ';',
    '"',
    '\n',
    '\r',
    '7',
    'Email',
    '\u0000',
    'é',
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join('')));
  const torn = fc.tuple(text, fc.uint8Array({ maxLength: 6 })).map(([start, end]) => Buffer.concat([start, end]));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(text, torn, fc.uint8Array({ maxLength: 60 })),
      fc.constantFrom<Kind>('customers', 'interactions', 'products'),
      fc.constantFrom(1, 3, 1 << 20),
      async (bytes, kind, size) => {
        const ended = await clean(kind, bytes, size).catch((error: unknown) => error);
        if (!(ended instanceof AppError)) return expect(ended).toMatchObject({ kind });
        expect(['ImportRejected', 'UnsupportedFileType']).toContain(ended.code);
        // Cut anywhere, a file is refused for the same.
        const whole = await clean(kind, bytes).catch((error: unknown) => error);
        expect((whole as AppError).message).toBe(ended.message);
      },
    ),
    { numRuns: 1000, seed: 20_261_125 },
  );
});
