import type { Session, Sessions } from '../sessions';
import { S3Error } from './errors';
import type { Exchange } from './exchange';
import { operationName } from './operations';
import type { S3Request } from './request';

/**
 * What a session may do at all, by the operation's name, and what IAM calls it: reading. Whatever else there is, only the
 * owner may do. Source: Service authorization reference, "Actions, resources, and condition keys for Amazon S3".
 */
const actions: Readonly<Record<string, string>> = {
  'GET bucket': 's3:ListBucket',
  'HEAD bucket': 's3:ListBucket',
  'GET object': 's3:GetObject',
  'HEAD object': 's3:GetObject',
};

/**
 * Lets a session's request through to its operation where the policies of its role allow that. Throws S3Error
 * AccessDenied; also for an object that is missing, to who may not know that it is.
 */
export function checkAccess(
  { request, store }: Pick<Exchange, 'request' | 'store'>,
  session: Session | undefined,
  sessions: Sessions | undefined,
): void {
  if (!session) return;
  const action = actions[operationName(request)];
  const allows = (name: string, resource: string) => sessions?.allows(session, name, resource) === true;
  const bucketArn = `arn:aws:s3:::${request.bucket}`;
  const resource = request.key === '' ? bucketArn : `${bucketArn}/${request.key}`;
  if (action === undefined) throw denied(request, session, action, resource);
  // That a bucket does not exist is no secret: the operation says so.
  if (!store.findBucket(request.bucket)) return;
  if (!allows(action, resource)) throw denied(request, session, action, resource);
  const isMissing = request.key !== '' && !store.findBucket(request.bucket)?.get(request.key);
  if (isMissing && !allows('s3:ListBucket', bucketArn)) throw denied(request, session, 's3:ListBucket', bucketArn);
}

function denied(request: S3Request, { roleArn }: Session, action: string | undefined, resource: string): S3Error {
  const what = action ?? `what ${request.method} does here`;
  return new S3Error('AccessDenied', {
    message: `${roleArn} is not authorized to perform: ${what} on resource: "${resource}"`,
  });
}
