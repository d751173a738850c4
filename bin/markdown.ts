/** A table of Markdown; a bar in a cell is no end of it. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows]
    .map((cells, index) => (index === 1 ? `|${cells.join('|')}|` : `| ${cells.map(inCell).join(' | ')} |`))
    .join('\n');

const inCell = (text: string): string => text.replaceAll('|', '\\|');
