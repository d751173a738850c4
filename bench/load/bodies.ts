/** About 1 KB. */
export const smallCsv = `town,inhabitants\n${Array.from({ length: 50 }, (_, row) => `Town ${row},${row * 1000}\n`).join('')}`;

const boundary = 'datadock-load';
export const formType = `multipart/form-data; boundary=${boundary}`;

/** A form with one file, as a browser sends it. */
export const formOf = (name: string, content: string): string =>
  [
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${name}"`,
    'Content-Type: text/plain',
    '',
    content,
    `--${boundary}--`,
    '',
  ].join('\r\n');
