import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { door } from '../src/api/door';
import { docsPage } from '../src/api/pages/docs-page';
import { pageReplies } from '../src/api/pages/page-reply';
import { docsRoute } from '../src/api/routes/meta';

/** Beside the bundle in a function; in the package that they come from everywhere else. */
function asset(name: string): string {
  const folder = process.env['LAMBDA_TASK_ROOT'] ?? join('node_modules', 'swagger-ui-dist');
  return readFileSync(join(folder, name), 'utf8');
}

const reply = pageReplies(() => docsPage({ script: asset('swagger-ui-bundle.js'), style: asset('swagger-ui.css') }));

export const handler = door(docsRoute, ({ headers }) => reply(headers));
