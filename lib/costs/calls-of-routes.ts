import type { Call } from './prices';

export interface Calls {
  /** In their order. `test/end-to-end/calls.test.ts` counts them. */
  readonly calls: readonly Call[];
  /** Write units of the indexes that follow, beside one for each call that writes. */
  readonly indexWrites?: number;
  /** What makes it more. */
  readonly more?: string;
}

const account: Call = 'dynamodb:GetItem';
const does = (...calls: Call[]): Calls => ({ calls });
const signIn: Calls = {
  calls: ['cognito:InitiateAuth', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
  more: 'the first sign-in claims a home: one PutItem more',
};
const interactions: Calls = {
  calls: [account, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query', 'dynamodb:GetItem'],
};

/** The calls to AWS that the usual, successful answer of each route makes, by its key. */
export const callsOfRoutes: Readonly<Record<string, Calls>> = {
  'auth/signup': does('cognito:SignUp'),
  'auth/confirm': does('cognito:ConfirmSignUp'),
  'auth/resend': does('cognito:ResendConfirmationCode'),
  'auth/login': signIn,
  'auth/token': signIn,
  'auth/refresh': does('cognito:InitiateAuth', 'dynamodb:GetItem'),
  'auth/logout': does(account, 'dynamodb:UpdateItem', 'cognito:AdminUserGlobalSignOut'),
  'auth/forgot': does('cognito:ForgotPassword'),
  'auth/reset': does(
    'cognito:ConfirmForgotPassword',
    'cognito:AdminGetUser',
    'dynamodb:UpdateItem',
    'cognito:AdminUserGlobalSignOut',
  ),
  me: does(account),
  'files/list': does(account, 's3:ListObjectsV2'),
  'files/create': does(account, 's3:PutObject', 's3:HeadObject'),
  'files/describe': does(account, 's3:GetObject'),
  'files/read': { calls: [account, 's3:GetObject'], more: 'the bytes that go out' },
  'files/head': does(account, 's3:HeadObject'),
  'files/replace': {
    calls: [account, 's3:HeadObject', 's3:PutObject', 's3:HeadObject'],
    more: 'another try for each writer that is faster',
  },
  'files/link': { calls: [account, 's3:HeadObject'], more: 'the GET of whoever follows the link, and its bytes' },
  'files/query': {
    calls: [account, 's3:GetObject'],
    more: 'the time it takes to read the file, and the rows that go out',
  },
  'files/delete': does(account, 's3:HeadObject', 's3:DeleteObject'),
  'uploads/create': {
    calls: [account, 's3:HeadObject', 's3:CreateMultipartUpload'],
    more: 'one UploadPart for each part',
  },
  'uploads/read': does(account, 's3:ListParts'),
  'uploads/complete': does(account, 's3:ListParts', 's3:CompleteMultipartUpload', 's3:HeadObject'),
  'uploads/abort': does(account, 's3:AbortMultipartUpload'),
  'sla-errors/report': {
    calls: [account, 'dynamodb:PutItem'],
    indexWrites: 2,
    more: 'three write units for each further entry',
  },
  'sla-errors/list': does(account, 'dynamodb:Query'),
  'interactions/read': interactions,
  'interactions/quality': interactions,
  'interactions/statistics': interactions,
  'imports/create': {
    calls: [
      account,
      's3:PutObject',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'dynamodb:Query',
      'dynamodb:BatchWriteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:BatchWriteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
    ],
    more: 'of two lines; a write unit for each customer that changes, and for the raw lines by the KB',
  },
  'maps/create': {
    calls: [account, 's3:PutObject', 's3:HeadObject', 'dynamodb:PutItem'],
    indexWrites: 1,
    more: 'the processing, below',
  },
  'maps/list': does(account, 'dynamodb:Query'),
  'maps/read': {
    calls: ['dynamodb:GetItem', 's3:GetObject'],
    more: 'the bytes that go out; a GetItem where a token is sent',
  },
  'maps/status': { calls: ['dynamodb:GetItem'], more: 'a GetItem where a token is sent' },
  'maps/share': { calls: [account, 'dynamodb:UpdateItem'], indexWrites: 1 },
  'maps/link': does(account, 'dynamodb:GetItem'),
  limits: does(),
  health: does(),
  openapi: does(),
  docs: does(),
  'interactions/page': does(),
};

/** Of the worker, for each map. */
export const callsOfProcessing: Calls = {
  calls: ['sqs:ReceiveMessage', 'dynamodb:UpdateItem', 's3:GetObject', 'dynamodb:UpdateItem', 'sqs:DeleteMessage'],
  indexWrites: 2,
};
