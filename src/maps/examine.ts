import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path/posix';
import { fileTypeFromBuffer } from 'file-type/core';
import { imageSize } from 'image-size';
import type { Findings, Outcome } from '../aws/map-store';
import { featureCountOf, geojsonFault, geojsonTypeOf } from './geojson';
import { isWholeImage } from './whole-image';

// What a file really is: by its bytes, whatever its name or its sender says. The name counts only where the bytes have no
// signature: a file called map.png that begins as no PNG does is a broken image, not a text. Nothing is ever run or drawn,
// and no entity of XML is looked at; all that is read is a header and where the parts of an image end, or, of JSON, the whole file, which is bounded.

/** Processed with what was found, or failed because the file is empty or broken by the rules of its own type. */
export async function examine(name: string, bytes: Uint8Array): Promise<Outcome> {
  if (bytes.length === 0) return broken('The file is empty.');
  const mediaType = (await fileTypeFromBuffer(bytes))?.mime;
  const extension = extname(name).toLowerCase();
  if (mediaType?.startsWith('image/')) return image(mediaType, bytes);
  if (isText(bytes)) return text(extension, mediaType, bytes);
  if (mediaType) return sound({ mediaType });
  return pretended(extension) ?? sound({ mediaType: 'application/octet-stream' });
}

const sound = (findings: Findings): Outcome => ({ status: 'processed', findings });
const broken = (reason: string): Outcome => ({ status: 'failed', reason });

const imageExtensions = new Set('.avif .bmp .gif .heic .jpeg .jpg .jxl .png .psd .svg .tif .tiff .webp'.split(' '));

const jsonExtensions = new Set(['.geojson', '.json']);

/** The failure of bytes that have no signature, though their name promises what they are not. */
function pretended(extension: string): Outcome | undefined {
  if (jsonExtensions.has(extension)) return broken('The file is not JSON.');
  if (!imageExtensions.has(extension)) return undefined;
  return broken(`The file is called ${extension}, but does not begin as such an image does. It may be cut short.`);
}

function image(mediaType: string, bytes: Uint8Array): Outcome {
  if (!isWholeImage(mediaType, bytes))
    return broken(`The file begins as ${mediaType} does, but is cut short or damaged.`);
  try {
    const { width, height } = sizeOf(bytes);
    if (width > 0 && height > 0) return sound({ mediaType, width, height });
  } catch (error) {
    // An image of which no size can be read is one that the library does not know.
    if (error instanceof TypeError && error.message.startsWith('unsupported file type')) return sound({ mediaType });
  }
  return broken(`The file begins as ${mediaType} does, but its header is broken or cut short.`);
}

/** Of a copy: image-size would read past the end of a view, into whatever memory follows. */
const sizeOf = (bytes: Uint8Array) => imageSize(new Uint8Array(bytes));

const isText = (bytes: Uint8Array): boolean => isUtf8(bytes) && !bytes.includes(0);

function text(extension: string, mediaType: string | undefined, bytes: Uint8Array): Outcome {
  const content = new TextDecoder().decode(bytes);
  if (jsonExtensions.has(extension) || content.trimStart().startsWith('{')) return json(extension, content);
  if (isSvg(content)) return svg(bytes);
  if (mediaType) return sound({ mediaType });
  return pretended(extension) ?? sound({ mediaType: 'text/plain' });
}

/** JSON, and GeoJSON where it says that it is, by its name or by its content. */
function json(extension: string, content: string): Outcome {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return pretended(extension) ?? sound({ mediaType: 'text/plain' });
  }
  const type = geojsonTypeOf(document);
  const fault = geojsonFault(document);
  if (!fault) return sound({ mediaType: 'application/geo+json', featureCount: featureCountOf(document) });
  const isGeojson = extension === '.geojson' || type === 'FeatureCollection' || type === 'Feature';
  return isGeojson ? broken(`The file is not GeoJSON: ${fault}.`) : sound({ mediaType: 'application/json' });
}

/** What may stand before the root of an SVG: a declaration, comments and a document type. */
const beginOfSvg =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:(?:<!--(?:(?!-->)[\s\S])*-->|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?\s*>)\s*)*<svg[\s/>]/i;

/** Of a document's beginning, which is all that is looked at. */
const headBytes = 16 * 1024;

const isSvg = (content: string): boolean => beginOfSvg.test(content.slice(0, headBytes));

function svg(bytes: Uint8Array): Outcome {
  const mediaType = 'image/svg+xml';
  try {
    const { width, height } = sizeOf(bytes.subarray(0, headBytes));
    if (width > 0 && height > 0) return sound({ mediaType, width, height });
  } catch {
    // It is drawn in whatever size there is: it need not say one.
  }
  return sound({ mediaType });
}
