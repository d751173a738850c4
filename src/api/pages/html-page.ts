import { createHash } from 'node:crypto';

/** A page that holds all that it shows and does, and the policy that lets nothing else in. */
export interface Page {
  readonly html: string;
  /** For the header Content-Security-Policy. */
  readonly policy: string;
}

interface Parts {
  readonly title: string;
  readonly styles: readonly string[];
  /** HTML of the body. */
  readonly body: string;
  readonly scripts: readonly string[];
}

/** Puts a page together. What it fetches can come from its own origin only. */
export function htmlPage({ title, styles, body, scripts: given }: Parts): Page {
  const scripts = given.map(inScript);
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
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
${styles.map((text) => `<style>${text}</style>`).join('\n')}
</head>
<body>
${body}
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`;
  return { html, policy };
}

/** Source: CSP level 3, section 8.4. */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script ends at the first closing tag, also at one in a string. */
const inScript = (text: string): string => text.replaceAll('</script', '<\\/script');

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
