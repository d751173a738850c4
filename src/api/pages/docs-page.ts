import { sqlErrorCatalogue, sqlErrorCodes } from '../../engine/index';
import { type ErrorCode, errorCatalogue } from '../../errors';
import { statusOfKind } from '../problem';
import { docsScript, docsStyle } from './docs-page-parts';
import { escaped, htmlPage, type Page } from './html-page';
import { sharedStyle, signInForm, signInScript } from './shared-style';

interface Assets {
  /** Swagger UI's bundle and its style sheet. */
  readonly script: string;
  readonly style: string;
}

/** The routes, to be tried out, and the catalogue of errors that the types of problem documents lead to. */
export const docsPage = ({ script, style }: Assets): Page =>
  htmlPage({
    title: 'Datadock',
    styles: [style, sharedStyle + docsStyle],
    scripts: [script, docsScript + signInScript],
    body: `<header>
<h1>Datadock</h1>
<p>Bring data files, get answers: <a href="#routes">Routes</a>, <a href="#errors">error codes</a>, <a href="openapi.json">OpenAPI 3.1</a>, <a href="interactions">customer interactions as a chart</a>.</p>
<p>Every answer carries <code>X-Request-Id</code>. Bodies are JSON in snake_case; unknown fields and query parameters are refused.</p>
${signInForm('Sign in to try the routes out')}
<noscript><p>The routes are shown by a script; the error codes below need none.</p></noscript>
</header>
<main>
<section id="routes" aria-label="Routes"></section>
<section id="errors">
<h2>Error codes</h2>
<p>Every failure is a problem document (RFC 9457) whose <code>type</code> leads here.</p>
<dl>
${Object.keys(errorCatalogue).map(errorEntry).join('\n')}
</dl>
<h3>Of queries</h3>
<p>A query's own errors are 400 and carry the codes of S3 Select. The detail of each says what would be right, and where: line and column of the SQL with an excerpt, or record and column of the file.</p>
<dl>
${Object.keys(sqlErrorCatalogue).map(sqlErrorEntry).join('\n')}
</dl>
<p>Where S3 itself answers queries, it may have further codes, whose detail is its own:
${[...sqlErrorCodes]
  .filter((code) => !(code in sqlErrorCatalogue))
  .map((code) => `<code id="errors-${code}">${code}</code>`)
  .join(' ')}</p>
</section>
</main>`,
  });

function errorEntry(code: string): string {
  const { kind, title, advice } = errorCatalogue[code as ErrorCode];
  return entry(code, statusOfKind[kind], `${title}. ${advice}`);
}

function sqlErrorEntry(code: string): string {
  const { when, advice } = sqlErrorCatalogue[code] as { readonly when: string; readonly advice: string };
  return entry(code, statusOfKind.invalid, `${when} ${advice}`);
}

const entry = (code: string, status: number, text: string): string =>
  `<dt id="errors-${code}"><code>${code}</code> ${status}</dt><dd>${escaped(text)}</dd>`;
