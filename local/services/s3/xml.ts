import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './errors';

/** An element. Text is escaped; a list holds elements made by this function. */
export function element(name: string, content: string | number | boolean | readonly string[]): string {
  const inner = typeof content === 'object' ? content.join('') : escape(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** A whole document, whose root is in S3's namespace. */
export function xmlDocument(root: string, children: readonly string[]): string {
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${children.join('')}</${root}>`;
}

/**
 * Control characters become references, as S3 writes them, though XML 1.0 forbids most of those: a client that
 * expects such keys asks for `encoding-type=url`.
 */
const escape = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped.
  text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => references[character] ?? `&#${character.charCodeAt(0)};`);

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What an XML document says: text, or elements by name. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

const parser = new XMLParser({ ignoreAttributes: true, ignoreDeclaration: true, parseTagValue: false });

/** Keeps white space, and reads references to characters: a delimiter may be a tab or a line break. */
const exactParser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

/** The root element of that name. Throws S3Error MalformedXML. */
export const parseXml = (text: string, root: string): XmlNode => rootOf(text, root, parser);

/** The same with the text of elements as it is, white space and all. */
export const parseExactXml = (text: string, root: string): XmlNode => rootOf(text, root, exactParser);

function rootOf(text: string, root: string, parser: XMLParser): XmlNode {
  if (XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  const document: Readonly<Record<string, XmlNode | undefined>> = parser.parse(text);
  const found = document[root];
  const others = Object.keys(document).filter((name) => name !== root && name !== '#text');
  if (found === undefined || others.length > 0) throw new S3Error('MalformedXML');
  return found;
}

/** The elements of a name in a node: none, one or several. */
export function childrenOf(node: XmlNode, name: string): readonly XmlNode[] {
  const found = typeof node === 'string' ? undefined : node[name];
  return found === undefined ? [] : Array.isArray(found) ? found : [found as XmlNode];
}

/** The text of the one element of a name. Throws S3Error MalformedXML where there are several, or it holds elements. */
export function textOf(node: XmlNode, name: string): string | undefined {
  const [found, another] = childrenOf(node, name);
  if (another !== undefined || typeof found === 'object') throw new S3Error('MalformedXML');
  return found;
}
