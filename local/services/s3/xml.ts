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
