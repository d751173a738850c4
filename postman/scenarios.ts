import { basePath } from '../src/config';
import type { Folder, Item } from './format';
import { scripts } from './format';
import { awaitMap, expectProblem, expectStatus, fresh, save, sendPart, takeCode } from './scripts';

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
      url: `{{baseUrl}}${basePath}${path}`,
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

const lateFiles = {
  sla_error: [
    { folder: 'Folder_A', sla: 20, files: [{ filename: 'file1.txt', creationDate: '2024-06-12T14:00:00+02:00' }] },
  ],
};
const towns = 'town,inhabitants\nBergen,291940\nOslo,717710\n';
const townMap = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[5.32,60.39]}}';
const mapForm = [
  '--datadock',
  'Content-Disposition: form-data; name="file"; filename="bergen.geojson"',
  'Content-Type: application/geo+json',
  '',
  townMap,
  '--datadock--',
  '',
].join('\r\n');
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
  story('Late files are reported once', 'A monitor reports, repeats itself, and is told what PowerShell has spoilt.', [
    ...newUser('monitor'),
    {
      name: 'a valid report is stored',
      method: 'POST',
      path: '/sla-errors',
      token: 'monitor_token',
      body: lateFiles,
      after: [save('error_id', 'error_ids[0]'), expectValue('stored', 1), expectValue('duplicates', 0)],
    },
    {
      name: 'a repeat stores nothing and answers the same id',
      method: 'POST',
      path: '/sla-errors',
      token: 'monitor_token',
      body: lateFiles,
      after: [
        expectValue('stored', 0),
        expectValue('duplicates', 1),
        "pm.test('the id is the same', () => pm.expect(pm.response.json().error_ids[0]).to.eql(pm.collectionVariables.get('error_id')));",
      ],
    },
    {
      name: 'a token that is not good',
      method: 'POST',
      path: '/sla-errors',
      headers: { Authorization: 'Bearer not.a.token' },
      body: lateFiles,
      refused: [401, 'Unauthenticated'],
    },
    {
      name: 'files cut to text by ConvertTo-Json',
      method: 'POST',
      path: '/sla-errors',
      token: 'monitor_token',
      body: { sla_error: [{ folder: 'Folder_A', sla: 20, files: ['@{filename=file1.txt}'] }] },
      refused: [400, 'ValidationFailed'],
      after: [
        expectValue('errors[0].pointer', '/sla_error/0/files/0'),
        "pm.test('names the cure', () => pm.expect(pm.response.json().detail).to.include('ConvertTo-Json -Depth 5'));",
      ],
    },
    {
      name: 'the folder has one report',
      method: 'GET',
      path: '/sla-errors?folder=Folder_A',
      token: 'monitor_token',
      after: [expectValue('data.length', 1), expectValue('data[0].files[0].creation_date_utc', '2024-06-12T12:00:00Z')],
    },
    {
      name: 'a range that ends before it begins',
      method: 'GET',
      path: '/sla-errors?from=2024-06-13&to=2024-06-12',
      token: 'monitor_token',
      refused: [400, 'ValidationFailed'],
    },
  ]),
  story(
    'How often customers were in touch',
    'Of the tables that npm start and npm run seed bring. Every user may ask, only administrators import.',
    [
      ...newUser('ann'),
      {
        name: 'every channel is answered, zeros too',
        method: 'GET',
        path: '/interactions/4',
        token: 'ann_token',
        after: [expectValue('data', { customer_id: 4, interactions: { Email: 0, Call: 1, Bird: 1 } })],
      },
      {
        name: 'no interaction lies in a month with a product',
        method: 'GET',
        path: '/interactions/4?topic=sand',
        token: 'ann_token',
        after: [expectValue('data.interactions.Call', 0), expectValue('data.unattributed', 2)],
      },
      {
        name: 'as of the latest product it does',
        method: 'GET',
        path: '/interactions/4?topic=sand&match=asof&from=2020-02-01&to=2020-02-29',
        token: 'ann_token',
        after: [expectValue('data.interactions', { Email: 0, Call: 1, Bird: 0 })],
      },
      {
        name: 'an unknown topic is answered with those there are',
        method: 'GET',
        path: '/interactions/4?topic=water',
        token: 'ann_token',
        refused: [400, 'UnknownTopic'],
      },
      {
        name: 'an id of neither table is none',
        method: 'GET',
        path: '/interactions/5000000',
        token: 'ann_token',
        refused: [404, 'CustomerNotFound'],
      },
      {
        name: 'the customer without a row counts as unknown',
        method: 'GET',
        path: '/statistics/interactions?group_by=customer_type&from=2020-01-01&to=2020-12-31',
        token: 'ann_token',
        after: [expectValue('data', [{ customer_type: 'unknown', count: 2 }]), expectValue('total', 2)],
      },
      {
        name: 'ann may not import',
        method: 'POST',
        path: '/imports/products',
        token: 'ann_token',
        body: 'Month,Product\n01-2019,Sand\n',
        refused: [403, 'AdminOnly'],
      },
    ],
  ),
  story(
    'A map and its guests',
    'A map is processed by itself; anyone who has its id downloads it, until it is private.',
    [
      ...newUser('ann'),
      ...newUser('bob'),
      {
        name: 'ann uploads a map',
        method: 'POST',
        path: '/maps',
        token: 'ann_token',
        headers: { 'Content-Type': 'multipart/form-data; boundary=datadock' },
        body: mapForm,
        after: [save('town_map', 'id'), expectValue('is_public', true)],
      },
      {
        name: 'a guest sees what it is',
        method: 'GET',
        path: '/maps/{{town_map}}/status',
        before: awaitMap('town_map', 'ann_token'),
        after: [expectValue('status', 'processed'), expectValue('feature_count', 1)],
      },
      { name: 'a guest downloads it', method: 'GET', path: '/maps/{{town_map}}', after: [expectText(townMap)] },
      {
        name: 'a token that is sent must be good',
        method: 'GET',
        path: '/maps/{{town_map}}',
        headers: { Authorization: 'Bearer none' },
        refused: [401, 'Unauthenticated'],
      },
      {
        name: 'bob may not make it private',
        method: 'PATCH',
        path: '/maps/{{town_map}}',
        token: 'bob_token',
        body: { is_public: false },
        refused: [404, 'MapNotFound'],
      },
      {
        name: 'ann makes it private',
        method: 'PATCH',
        path: '/maps/{{town_map}}',
        token: 'ann_token',
        body: { is_public: false },
        after: [expectValue('is_public', false)],
      },
      { name: 'guests find it no more', method: 'GET', path: '/maps/{{town_map}}', refused: [404, 'MapNotFound'] },
      {
        name: 'nor does bob',
        method: 'GET',
        path: '/maps/{{town_map}}/status',
        token: 'bob_token',
        refused: [404, 'MapNotFound'],
      },
      { name: 'ann still does', method: 'GET', path: '/maps/{{town_map}}', token: 'ann_token' },
    ],
  ),
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
