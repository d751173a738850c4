import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { compareKeys } from './key-index';
import { encodingIn } from './list-objects';
import { existingUpload } from './multipart';
import type { S3Request } from './request';
import type { Upload } from './uploads';
import { element, xmlDocument } from './xml';

// ListParts and ListMultipartUploads. Source: S3 API reference.

const maxPageItems = 1000;

export function listParts(exchange: Exchange): void {
  const { request } = exchange;
  const upload = existingUpload(exchange);
  const after = numberIn(request, 'part-number-marker', 0);
  const max = Math.min(numberIn(request, 'max-parts', maxPageItems), maxPageItems);
  const rest = [...upload.parts.values()].filter(({ number }) => number > after).sort((a, b) => a.number - b.number);
  const page = rest.slice(0, max);
  const { checksum } = upload;
  sendXml(
    exchange,
    200,
    xmlDocument('ListPartsResult', [
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('UploadId', upload.id),
      element('PartNumberMarker', after),
      ...(rest.length > page.length ? [element('NextPartNumberMarker', page.at(-1)?.number ?? after)] : []),
      element('MaxParts', max),
      element('IsTruncated', rest.length > page.length),
      ...algorithmElements(upload),
      ...page.map((part) =>
        element('Part', [
          element('PartNumber', part.number),
          element('LastModified', part.lastModified),
          element('ETag', `"${part.md5}"`),
          element('Size', part.content.size),
          ...(checksum && part.checksum ? [element(`Checksum${checksum.name.toUpperCase()}`, part.checksum)] : []),
        ]),
      ),
    ]),
  );
}

export function listMultipartUploads(exchange: Exchange): void {
  const { request, store } = exchange;
  const { query } = request;
  const bucket = store.existingBucket(request.bucket);
  if (query.has('delimiter')) throw new S3Error('NotImplemented', { message: 'delimiter of uploads is not emulated.' });
  const prefix = query.get('prefix') ?? '';
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''];
  const max = Math.min(numberIn(request, 'max-uploads', maxPageItems), maxPageItems);
  const encode = encodingIn(request);
  const rest = bucket.uploads
    .all()
    .filter(({ key }) => key.startsWith(prefix))
    .filter((upload) => isAfter(upload, keyMarker, idMarker))
    .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
  const page = rest.slice(0, max);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  sendXml(
    exchange,
    200,
    xmlDocument('ListMultipartUploadsResult', [
      element('Bucket', bucket.name),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', idMarker),
      element('Prefix', encode(prefix)),
      ...(last ? [element('NextKeyMarker', encode(last.key)), element('NextUploadIdMarker', last.id)] : []),
      ...(query.has('encoding-type') ? [element('EncodingType', 'url')] : []),
      element('MaxUploads', max),
      element('IsTruncated', rest.length > page.length),
      ...page.map((upload) =>
        element('Upload', [
          element('Key', encode(upload.key)),
          element('UploadId', upload.id),
          element('Initiated', upload.initiatedAt),
          element('StorageClass', 'STANDARD'),
          ...algorithmElements(upload),
        ]),
      ),
    ]),
  );
}

/** Without an id the marker stands for every upload of its key. */
function isAfter({ key, id }: Upload, keyMarker: string, idMarker: string): boolean {
  const order = compareKeys(key, keyMarker);
  return order > 0 || (order === 0 && idMarker !== '' && compareKeys(id, idMarker) > 0);
}

const algorithmElements = ({ checksum }: Upload): string[] =>
  checksum ? [element('ChecksumAlgorithm', checksum.name.toUpperCase()), element('ChecksumType', checksum.type)] : [];

function numberIn({ query }: S3Request, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === undefined || text === '') return otherwise;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new S3Error('InvalidArgument', {
    message: `Provided ${name} not an integer or within integer range`,
    detail: { ArgumentName: name, ArgumentValue: text },
  });
}
