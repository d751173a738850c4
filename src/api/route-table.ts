import type { Route } from './route';

/** The route table as the README shows it. */
export const routeTable = (routes: readonly Route[]): string =>
  [
    '| Method, path | Access | What it does |',
    '|---|---|---|',
    ...routes.map(({ method, path, access, summary }) => `| ${method} \`${path}\` | ${access} | ${summary} |`),
  ].join('\n');

const section = /(<!-- routes: [^>]*-->\n)[\s\S]*?(\n<!-- \/routes -->)/;

/** A document whose section between the marks `routes` and `/routes` is the table as it is now. */
export const withRouteTable = (document: string, routes: readonly Route[]): string =>
  document.replace(section, (_, start: string, end: string) => start + routeTable(routes) + end);
