import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pages, root } from './blocks';

/** Where a link of a page leads: a path below the root, and the heading there. */
function linksOf({ path, text }: { readonly path: string; readonly text: string }) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', heading] = link.split('#');
      return { link, file: file === '' ? path : relative(root, join(root, dirname(path), file)), heading };
    });
}

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages().map((page) => [page.path, page] as const))('every link of %s leads somewhere', (_, page) => {
  for (const { link, file, heading } of linksOf(page)) {
    expect([link, existsSync(join(root, file))]).toEqual([link, true]);
    if (heading !== undefined) expect([link, anchorsOf(file).includes(heading)]).toEqual([link, true]);
  }
});

test('the README leads to the tutorial, to docs/README.md and, over whatever pages, to every document', () => {
  const leads = (path: string) =>
    pages()
      .flatMap((page) => (page.path === path ? linksOf(page) : []))
      .map(({ file }) => file);
  const reached = new Set(['README.md']);
  for (const path of reached) for (const next of leads(path)) reached.add(next);
  expect(
    pages()
      .map(({ path }) => path)
      .filter((path) => !reached.has(path)),
  ).toEqual([]);
  expect(leads('README.md')).toEqual(expect.arrayContaining(['docs/README.md', 'docs/tutorial.md']));
});
