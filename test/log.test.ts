import { S3ServiceException } from '@aws-sdk/client-s3';
import { SqlError } from '../src/engine/index';
import { AppError } from '../src/errors';
import { loggable } from '../src/log';

// Canaries stand where services, queries and files put what belongs to people.

const denied = new S3ServiceException({
  name: 'AccessDenied',
  message:
    'User: arn:aws:sts::1:assumed-role/r is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/canary%40x.co/canary.csv',
  $fault: 'client',
  $metadata: { httpStatusCode: 403, requestId: 'R1' },
});

const unparsed = () => {
  try {
    return JSON.parse('{"password": canary}');
  } catch (error) {
    return error;
  }
};

const errors: readonly (readonly [string, unknown, object])[] = [
  [
    'a query',
    new SqlError('CastFailed', "'canary' is no INT", { record: 7 }, 'SELECT canary'),
    { code: 'CastFailed', place: { record: 7 } },
  ],
  ['a service', denied, { name: 'AccessDenied', status: 403, aws_request_id: 'R1', action: 's3:GetObject' }],
  ['a parser', unparsed(), { name: 'SyntaxError' }],
  [
    'a cause',
    new AppError('InternalError', 'Failed.', { cause: denied }),
    { message: 'Failed.', cause: { status: 403 } },
  ],
  ['text that is thrown', 'canary', { name: 'string' }],
];

test.each(errors)('the error of %s is logged without what it quotes', (_, error, expected) => {
  const logged = loggable(error);
  expect(logged).toMatchObject(expected);
  expect(JSON.stringify(logged)).not.toContain('canary');
});

test('an error of ours is logged with its message and the place in the code, not with more lines of the message', () => {
  const logged = loggable(new Error('first line\n    at a second, which is no frame'));
  expect(logged).toMatchObject({ name: 'Error', message: 'first line\n    at a second, which is no frame' });
  expect(logged['stack']).toMatch(/^ {4}at .*log\.test\.ts/);
});
