/** XML that is put together from elements; what goes into them is escaped on the way. */
export type Xml = { readonly xml: string };

const escaped = (text: string): string => text.replace(/[<>&"\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An element with text, or with other elements; undefined content leaves it out. */
export function element(name: string, content: string | number | boolean | readonly Xml[] | undefined): Xml {
  if (content === undefined) return { xml: '' };
  const inner = Array.isArray(content) ? content.map(({ xml }) => xml).join('') : escaped(String(content));
  return { xml: `<${name}>${inner}</${name}>` };
}

export const xmlDocument = (root: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`;
