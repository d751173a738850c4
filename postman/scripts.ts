import { basePath } from '../src/config';

// What the collection's requests do before they are sent and after their answer: JavaScript that Postman and newman run.

/** Signs in with the environment's user, unless a token is there that lasts for another minute. */
export const signIn = [
  "if (!(pm.collectionVariables.get('access_token') && pm.collectionVariables.get('access_token_ends') > Date.now() + 60000)) {",
  '  pm.sendRequest(',
  '    {',
  `      url: pm.environment.get('baseUrl') + '${basePath}/auth/login',`,
  "      method: 'POST',",
  "      header: { 'Content-Type': 'application/json' },",
  "      body: { mode: 'raw', raw: JSON.stringify({ email: pm.environment.get('email'), password: pm.environment.get('password') }) },",
  '    },',
  '    (error, response) => {',
  '      const { access_token, expires_in } = response.json();',
  "      pm.collectionVariables.set('access_token', access_token);",
  "      pm.collectionVariables.set('access_token_ends', Date.now() + expires_in * 1000);",
  '    },',
  '  );',
  '}',
];

/** Requests about a file, an upload or a map need one from before. */
export const have = (variable: string, route: string): readonly string[] => [
  `if (!pm.collectionVariables.get('${variable}')) {`,
  `  throw new Error('Send "${route}" first: it sets ${variable}.');`,
  '}',
];

/** Waits until a map is processed or failed; on AWS that may take a few seconds. */
export const awaitMap = (variable: string, token: string) => [
  'const ask = (tries) =>',
  '  pm.sendRequest(',
  '    {',
  `      url: pm.environment.get('base_url') + '/maps/' + pm.collectionVariables.get('${variable}') + '/status',`,
  `      header: { Authorization: 'Bearer ' + pm.collectionVariables.get('${token}') },`,
  '    },',
  '    (error, response) => {',
  "      const isOver = ['processed', 'failed'].includes(response.json().status);",
  '      if (!isOver && tries > 0) setTimeout(() => ask(tries - 1), 250);',
  '    },',
  '  );',
  'ask(80);',
];

/** Takes the code that was mailed last from the local mailbox. On AWS there is none: set `code` by hand. */
export const takeCode = (variable: string) => [
  "if (pm.environment.get('mailbox_url')) {",
  '  pm.sendRequest(',
  `    \`\${pm.environment.get('mailbox_url')}?to=\${encodeURIComponent(pm.collectionVariables.get('${variable}'))}\`,`,
  "    (error, response) => pm.collectionVariables.set('code', response.json().data.pop().code),",
  '  );',
  '}',
];

/** A value that no earlier run has used. */
export const fresh = (variable: string, template: string) => [
  `pm.collectionVariables.set('${variable}', pm.variables.replaceIn('${template}'));`,
];

export const save = (variable: string, field: string) =>
  `pm.collectionVariables.set('${variable}', pm.response.json().${field});`;

export const expectStatus = (status: number) =>
  `pm.test('answers ${status}', () => pm.response.to.have.status(${status}));`;

export const expectProblem = (code: string) => [
  `pm.test('is the problem ${code}', () => {`,
  "  pm.expect(pm.response.headers.get('Content-Type')).to.eql('application/problem+json');",
  `  pm.expect(pm.response.json().code).to.eql('${code}');`,
  "  pm.expect(pm.response.json().request_id).to.eql(pm.response.headers.get('X-Request-Id'));",
  '});',
];

export const expectFields = (fields: readonly string[]) =>
  `pm.test('has ${fields.join(', ')}', () => pm.expect(pm.response.json()).to.include.all.keys(${fields.map((field) => `'${field}'`).join(', ')}));`;

/** Sends the one part of the upload, as any HTTP client would: without a token. */
export const sendPart = [
  'pm.sendRequest({',
  "  url: pm.collectionVariables.get('part_url'),",
  "  method: 'PUT',",
  "  body: { mode: 'raw', raw: 'town,inhabitants\\nBergen,291940\\nOslo,717710\\n' },",
  '});',
];

/** The one from before is completed by now. */
const beginAnotherUpload = [
  'pm.sendRequest(',
  '  {',
  `    url: pm.environment.get('baseUrl') + '${basePath}/uploads',`,
  "    method: 'POST',",
  "    header: { Authorization: 'Bearer ' + pm.collectionVariables.get('access_token'), 'Content-Type': 'application/json' },",
  "    body: { mode: 'raw', raw: JSON.stringify({ name: pm.variables.replaceIn('postman-{{$guid}}.csv'), size: 1 }) },",
  '  },',
  "  (error, response) => pm.collectionVariables.set('upload_id', response.json().id),",
  ');',
];

interface RouteScripts {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** What single routes need beside what all do, by their keys, so that the folders run from top to bottom. */
export const scriptsOfRoute: Readonly<Record<string, RouteScripts>> = {
  'auth/signup': { before: fresh('new_email', 'postman-{{$guid}}@example.com') },
  'auth/confirm': { before: takeCode('new_email') },
  'auth/login': { after: [save('refresh_token', 'refresh_token')] },
  'auth/logout': { after: ["pm.collectionVariables.unset('access_token');"] },
  'auth/reset': { before: takeCode('new_email') },
  'files/create': {
    before: fresh('file_name', 'postman-{{$guid}}.csv'),
    after: [save('file_id', 'id')],
  },
  'maps/create': { after: [save('map_id', 'id')] },
  'maps/read': { before: awaitMap('map_id', 'access_token') },
  'maps/link': { before: awaitMap('map_id', 'access_token') },
  'uploads/create': {
    before: fresh('file_name', 'postman-{{$guid}}.csv'),
    after: [save('upload_id', 'id'), "pm.collectionVariables.set('part_url', pm.response.json().parts[0].url);"],
  },
  'uploads/complete': { before: sendPart },
  'uploads/abort': { before: beginAnotherUpload },
  'files/delete': { after: ["pm.collectionVariables.unset('file_id');"] },
};
