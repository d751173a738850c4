import { createHash, createHmac } from 'node:crypto';
import { credentials, region } from './fixture';

// Requests that the SDK would not make: signed like its own, but with what a test changes before or after.

export interface AdminRequest {
  readonly body: string;
  readonly at: Date;
  readonly operation?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** `20260101/us-east-1/cognito-idp/aws4_request` */
  readonly scope?: string;
  /** Signed too. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the headers, not signed. */
  readonly unsigned?: readonly string[];
}

export const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
export const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');

/** The headers of a signed request. */
export function sign(endpoint: string, asked: AdminRequest): Record<string, string> {
  const { accessKeyId, secretAccessKey } = { ...credentials, ...asked };
  const date = asked.at.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = asked.scope ?? `${date.slice(0, 8)}/${region}/cognito-idp/aws4_request`;
  const headers: Record<string, string> = {
    host: new URL(endpoint).host,
    'x-amz-date': date,
    'x-amz-target': `AWSCognitoIdentityProviderService.${asked.operation ?? 'AdminGetUser'}`,
    ...asked.headers,
  };
  const names = Object.keys(headers)
    .filter((name) => !asked.unsigned?.includes(name))
    .sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(asked.body),
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${secretAccessKey}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}

export interface Reply {
  readonly status: number;
  readonly body: { readonly __type?: string; readonly message?: string; readonly Username?: string };
}

export async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Reply> {
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as Reply['body'] };
}
