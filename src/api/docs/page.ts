import { createHash } from 'node:crypto';
import { type ErrorCode, errorCatalogue } from '../../errors';
import { statusOfKind } from '../problem';
import { ownScript, ownStyle } from './page-parts';

interface Assets {
  /** Swagger UI's bundle and its style sheet. */
  readonly script: string;
  readonly style: string;
}

/** A page that holds all that it shows save the description of the routes, and a policy that lets nothing else in. */
export function docsPage({ script, style }: Assets): { readonly html: string; readonly policy: string } {
  const scripts = [inScript(script), ownScript];
  const styles = [style, ownStyle];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Datadock</title>
<link rel="icon" href="data:,">
${styles.map((text) => `<style>${text}</style>`).join('\n')}
</head>
<body>
<header>
<h1>Datadock</h1>
<p>Bring data files, get answers: <a href="#routes">Routes</a>, <a href="#errors">error codes</a>, <a href="openapi.json">OpenAPI 3.1</a>.</p>
<p>Every answer carries <code>X-Request-Id</code>. Bodies are JSON in snake_case; unknown fields and query parameters are refused.</p>
<form id="sign-in">
<label>Email <input name="email" type="email" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in to try the routes out</button>
<output aria-live="polite"></output>
</form>
<noscript><p>The routes are shown by a script; the error codes below need none.</p></noscript>
</header>
<main>
<section id="routes" aria-label="Routes"></section>
<section id="errors">
<h2>Error codes</h2>
<p>Every failure is a problem document (RFC 9457) whose <code>type</code> leads here. A query's own errors carry the codes of S3 Select.</p>
<dl>
${Object.keys(errorCatalogue).map(errorEntry).join('\n')}
</dl>
</section>
</main>
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`;
  return { html, policy };
}

function errorEntry(code: string): string {
  const { kind, title, advice } = errorCatalogue[code as ErrorCode];
  return `<dt id="errors-${code}"><code>${code}</code> ${statusOfKind[kind]}</dt><dd>${escaped(title)}. ${escaped(advice)}</dd>`;
}

/** Source: CSP level 3, section 8.4. */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script ends at the first closing tag, also at one in a string. */
const inScript = (text: string): string => text.replaceAll('</script', '<\\/script');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
