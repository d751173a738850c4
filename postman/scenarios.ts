import type { Folder, Item } from './format';
import { scripts } from './format';
import { expectProblem, expectStatus, fresh, save, sendPart, takeCode } from './scripts';

// Stories of several requests, written by hand. Each makes the users that it needs, so that it can be run alone and again.

interface Step {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The variable that holds the token; without it the request is nobody's. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or CSV text. */
  readonly body?: object | string;
  readonly before?: readonly string[];
  /** Of a refusal. @default 200 */
  readonly refused?: readonly [status: number, code: string];
  /** Further checks, and what later steps need. */
  readonly after?: readonly string[];
}

const story = (name: string, description: string, steps: readonly Step[]): Folder => ({
  name,
  description,
  item: steps.map(itemOf),
});

function itemOf({ name, method, path, token, headers = {}, body, before = [], refused, after = [] }: Step): Item {
  const type = typeof body === 'string' ? 'text/csv' : 'application/json';
  const sent = {
    ...(token === undefined ? {} : { Authorization: `Bearer {{${token}}}` }),
    ...(body === undefined ? {} : { 'Content-Type': type }),
    ...headers,
  };
  const checks = refused ? [expectStatus(refused[0]), ...expectProblem(refused[1])] : [expectStatus(200)];
  return {
    name,
    event: scripts(before, [...checks, ...after]),
    request: {
      method,
      auth: { type: 'noauth' },
      header: Object.entries(sent).map(([key, value]) => ({ key, value })),
      url: `{{base_url}}${path}`,
      ...(body === undefined
        ? {}
        : { body: { mode: 'raw', raw: typeof body === 'string' ? body : JSON.stringify(body) } }),
    },
  };
}

/** Signs up, confirms and signs in a new user, whose email and token are then in `NAME_email` and `NAME_token`. */
const newUser = (name: string): Step[] => {
  const email = `{{${name}_email}}`;
  return [
    {
      name: `${name} signs up`,
      method: 'POST',
      path: '/auth/signup',
      before: fresh(`${name}_email`, `${name}-{{$guid}}@example.com`),
      body: { email, password: '{{password}}' },
    },
    {
      name: `${name} confirms`,
      method: 'POST',
      path: '/auth/confirm',
      before: takeCode(`${name}_email`),
      body: { email, code: '{{code}}' },
    },
    {
      name: `${name} signs in`,
      method: 'POST',
      path: '/auth/login',
      body: { email, password: '{{password}}' },
      after: [save(`${name}_token`, 'access_token'), save(`${name}_refresh`, 'refresh_token')],
    },
  ];
};

const towns = 'town,inhabitants\nBergen,291940\nOslo,717710\n';
const expectText = (text: string) =>
  `pm.test('answers the rows', () => pm.expect(pm.response.text()).to.eql(${JSON.stringify(text)}));`;
const expectValue = (path: string, value: unknown) =>
  `pm.test('${path} is as expected', () => pm.expect(pm.response.json().${path}).to.eql(${JSON.stringify(value)}));`;

export const scenarios: readonly Folder[] = [
  story('From a sign-up to an answer', 'A new user uploads a file, asks it a question, and deletes it.', [
    ...newUser('ann'),
    { name: 'ann has no files', method: 'GET', path: '/files', token: 'ann_token', after: [expectValue('data', [])] },
    {
      name: 'ann uploads towns.csv',
      method: 'POST',
      path: '/files?name=towns.csv',
      token: 'ann_token',
      body: towns,
      after: [save('towns_id', 'id'), save('towns_etag', 'etag'), expectValue('size', towns.length)],
    },
    {
      name: 'the name is taken now',
      method: 'POST',
      path: '/files?name=towns.csv',
      token: 'ann_token',
      body: towns,
      refused: [409, 'FileExists'],
    },
    {
      name: 'its columns are known',
      method: 'GET',
      path: '/files/{{towns_id}}',
      token: 'ann_token',
      after: [expectValue('columns', ['town', 'inhabitants'])],
    },
    {
      name: 'ann asks it',
      method: 'POST',
      path: '/files/{{towns_id}}/query',
      token: 'ann_token',
      body: { expression: 'SELECT s.town FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 500000' },
      after: [expectText('Oslo\n')],
    },
    {
      name: 'functions and conditions are there, too',
      method: 'POST',
      path: '/files/{{towns_id}}/query',
      token: 'ann_token',
      body: {
        expression:
          "SELECT UPPER(s.town), CASE WHEN CAST(s.inhabitants AS INT) > 500000 THEN 'large' ELSE 'small' END FROM S3Object s",
      },
      after: [expectText('BERGEN,small\nOSLO,large\n')],
    },
    {
      name: 'what is no encoding is refused',
      method: 'POST',
      path: '/files/{{towns_id}}/query',
      token: 'ann_token',
      body: { expression: 'SELECT * FROM S3Object', input: { encoding: 'utf-7' } },
      refused: [400, 'InvalidRequestParameter'],
    },
    {
      name: 'a mistake in the question is explained',
      method: 'POST',
      path: '/files/{{towns_id}}/query',
      token: 'ann_token',
      body: { expression: 'SELECT s.city FROM S3Object s' },
      refused: [400, 'MissingHeaders'],
    },
    {
      name: 'ann deletes it',
      method: 'DELETE',
      path: '/files/{{towns_id}}',
      token: 'ann_token',
      after: [expectValue('deleted', true)],
    },
    {
      name: 'it is gone',
      method: 'GET',
      path: '/files/{{towns_id}}/content',
      token: 'ann_token',
      refused: [404, 'FileNotFound'],
    },
  ]),
  story('Two people never see each other', "What is one user's is a missing file to any other.", [
    ...newUser('ann'),
    ...newUser('bob'),
    {
      name: 'ann uploads secret.csv',
      method: 'POST',
      path: '/files?name=secret.csv',
      token: 'ann_token',
      body: towns,
      after: [save('secret_id', 'id')],
    },
    { name: 'bob lists nothing', method: 'GET', path: '/files', token: 'bob_token', after: [expectValue('data', [])] },
    {
      name: 'bob cannot read it',
      method: 'GET',
      path: '/files/{{secret_id}}/content',
      token: 'bob_token',
      refused: [404, 'FileNotFound'],
    },
    {
      name: 'bob cannot replace it',
      method: 'PUT',
      path: '/files/{{secret_id}}/content',
      token: 'bob_token',
      body: 'a\n',
      refused: [404, 'FileNotFound'],
    },
    {
      name: 'bob cannot delete it',
      method: 'DELETE',
      path: '/files/{{secret_id}}',
      token: 'bob_token',
      refused: [404, 'FileNotFound'],
    },
    { name: 'ann still has it', method: 'GET', path: '/files/{{secret_id}}', token: 'ann_token' },
  ]),
  story('Replace only what you have read', 'Of two writers who read the same version, the second is told.', [
    ...newUser('ann'),
    {
      name: 'ann uploads plan.csv',
      method: 'POST',
      path: '/files?name=plan.csv',
      token: 'ann_token',
      body: 'step\n1\n',
      after: [save('plan_id', 'id'), save('plan_etag', 'etag')],
    },
    {
      name: 'the first writer replaces the version that was read',
      method: 'PUT',
      path: '/files/{{plan_id}}/content',
      token: 'ann_token',
      headers: { 'If-Match': '{{plan_etag}}' },
      body: 'step\n1\n2\n',
    },
    {
      name: 'the second writer is told that it has changed',
      method: 'PUT',
      path: '/files/{{plan_id}}/content',
      token: 'ann_token',
      headers: { 'If-Match': '{{plan_etag}}' },
      body: 'step\n3\n',
      refused: [412, 'FileChanged'],
    },
    {
      name: 'the first writer has won',
      method: 'GET',
      path: '/files/{{plan_id}}/content',
      token: 'ann_token',
      after: [expectText('step\n1\n2\n')],
    },
  ]),
  story('A file in parts', 'The parts go straight to the object store; the file is there when it is completed.', [
    ...newUser('ann'),
    {
      name: 'ann begins',
      method: 'POST',
      path: '/uploads',
      token: 'ann_token',
      body: { name: 'parts.csv', size: towns.length },
      after: [save('parts_id', 'id'), "pm.collectionVariables.set('part_url', pm.response.json().parts[0].url);"],
    },
    {
      name: 'nothing was received yet',
      method: 'POST',
      path: '/uploads/{{parts_id}}/complete',
      token: 'ann_token',
      refused: [409, 'UploadIncomplete'],
    },
    {
      name: 'the part was received',
      method: 'GET',
      path: '/uploads/{{parts_id}}',
      token: 'ann_token',
      before: sendPart,
      after: [expectValue('parts[0].received', true)],
    },
    {
      name: 'ann completes',
      method: 'POST',
      path: '/uploads/{{parts_id}}/complete',
      token: 'ann_token',
      after: [save('parts_file', 'id'), expectValue('size', towns.length)],
    },
    {
      name: 'a repeat answers the same',
      method: 'POST',
      path: '/uploads/{{parts_id}}/complete',
      token: 'ann_token',
      after: [expectValue('name', 'parts.csv')],
    },
    {
      name: 'ann makes a link',
      method: 'POST',
      path: '/files/{{parts_file}}/link',
      token: 'ann_token',
      body: { expires_in: 60 },
    },
  ]),
  story('A sign-out ends every token', 'Access and refresh tokens issued so far stop working at the next request.', [
    ...newUser('ann'),
    { name: 'the token works', method: 'GET', path: '/me', token: 'ann_token' },
    { name: 'ann signs out', method: 'POST', path: '/auth/logout', token: 'ann_token' },
    { name: 'the token has ended', method: 'GET', path: '/me', token: 'ann_token', refused: [401, 'Unauthenticated'] },
    {
      name: 'the refresh token has ended',
      method: 'POST',
      path: '/auth/refresh',
      body: { refresh_token: '{{ann_refresh}}' },
      refused: [401, 'InvalidRefreshToken'],
    },
  ]),
];
