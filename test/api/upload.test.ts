import type { Headers } from '../../src/api/event';
import { uploadedFile } from '../../src/api/upload';

/** A form as browsers and curl write it. */
function form(...parts: readonly { headers: string; content: string | Buffer }[]): { body: Buffer; headers: Headers } {
  const boundary = '----boundary';
  const chunks = parts.flatMap(({ headers, content }) => [`--${boundary}\r\n${headers}\r\n\r\n`, content, '\r\n']);
  const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)));
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
const filePart = (filename: string, content: string | Buffer = 'a,b\n1,2\n', field = 'file') => ({
  headers: `Content-Disposition: form-data; name="${field}"; filename="${filename}"\r\nContent-Type: text/csv`,
  content,
});

test('reads the one file of a form, byte for byte', async () => {
  const content = Buffer.from([0, 1, 2, 13, 10, 45, 45, 255]);
  const { body, headers } = form(filePart('data.csv', content));
  expect(await uploadedFile(body, headers, undefined)).toEqual({
    name: 'data.csv',
    contentType: 'text/csv',
    bytes: content,
  });
});

test('reads an empty file', async () => {
  const { body, headers } = form(filePart('empty.csv', ''));
  expect((await uploadedFile(body, headers, undefined)).bytes).toHaveLength(0);
});

test.each([
  ['blåbær 🫐.csv', 'blåbær 🫐.csv'],
  ['C:\\Users\\ann\\sales.csv', 'sales.csv'],
  ['/home/ann/sales.csv', 'sales.csv'],
])('takes %s as %s', async (filename, name) => {
  const { body, headers } = form(filePart(filename));
  expect((await uploadedFile(body, headers, undefined)).name).toBe(name);
});

test('takes a raw CSV body under the name in the query', async () => {
  const body = Buffer.from('a\n1\n');
  const file = await uploadedFile(body, { 'content-type': 'text/csv; charset=utf-8' }, 'x.csv');
  expect(file).toEqual({ name: 'x.csv', contentType: 'text/csv', bytes: body });
});

test.each([
  [
    'a form without a file',
    form({ headers: 'Content-Disposition: form-data; name="note"', content: 'x' }),
    'InvalidMultipart',
  ],
  ['a file in another field', form(filePart('a.csv', 'a', 'upload')), 'InvalidMultipart'],
  ['two files', form(filePart('a.csv'), filePart('b.csv')), 'InvalidMultipart'],
  [
    'a form cut short',
    { ...form(filePart('a.csv')), body: form(filePart('a.csv')).body.subarray(0, 100) },
    'InvalidMultipart',
  ],
  ['no boundary', { body: Buffer.from('x'), headers: { 'content-type': 'multipart/form-data' } }, 'InvalidMultipart'],
  [
    'a raw body without a name',
    { body: Buffer.from('a'), headers: { 'content-type': 'text/csv' } },
    'ValidationFailed',
  ],
  [
    'another type',
    { body: Buffer.from('{}'), headers: { 'content-type': 'application/json' } },
    'UnsupportedMediaType',
  ],
  ['no type', { body: Buffer.from('{}'), headers: {} }, 'UnsupportedMediaType'],
])('refuses %s', async (_, { body, headers }, code) => {
  await expect(uploadedFile(body, headers, undefined)).rejects.toMatchObject({ code });
});

test('a form that is cut anywhere is refused, and never taken for a shorter file', async () => {
  const { body, headers } = form(filePart('data.csv'));
  const end = body.lastIndexOf('--');
  for (let length = 0; length < end; length++) {
    await expect(uploadedFile(body.subarray(0, length), headers, undefined)).rejects.toMatchObject({
      code: 'InvalidMultipart',
    });
  }
});
