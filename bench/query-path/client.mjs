// Asks one query over HTTP, or uploads a file, in a process of its own: client.mjs API TOKEN upload FILE | query ID EXPRESSION.
// Prints the file's id, or {"bytes", "firstMs"}: of the answer, and from the request to its first byte.
import { openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';

const [api, token, what, ...rest] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const post = async (path, body) => {
  const response = await fetch(api + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status} ${await response.text()}`);
  return response;
};

if (what === 'upload') {
  const [path] = rest;
  const { size } = statSync(path);
  const upload = await (await post('/uploads', { name: basename(path), size })).json();
  const file = openSync(path, 'r');
  for (const { number, url } of upload.parts) {
    const body = Buffer.alloc(Math.min(upload.part_size, size - (number - 1) * upload.part_size));
    readSync(file, body, 0, body.length, (number - 1) * upload.part_size);
    const response = await fetch(url, { method: 'PUT', body });
    if (!response.ok) throw new Error(`part ${number} answered ${response.status}`);
  }
  const { id } = await (await post(`/uploads/${upload.id}/complete`, {})).json();
  console.log(id);
} else {
  const [id, expression] = rest;
  const startedMs = performance.now();
  const { body } = await post(`/files/${id}/query`, { expression });
  let [bytes, firstMs] = [0, 0];
  for await (const chunk of body) {
    firstMs ||= performance.now() - startedMs;
    bytes += chunk.length;
  }
  console.log(JSON.stringify({ bytes, firstMs }));
}
