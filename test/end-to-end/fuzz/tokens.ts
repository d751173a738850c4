import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Authorization headers that no route may take, made of a user's tokens and with the key of the server's own pool. */
export function badAuthorizations({ access_token, id_token, refresh_token }: Tokens, dataDir: string): string[] {
  const pools = join(dataDir, 'cognito');
  const [pool = ''] = readdirSync(pools);
  const poolKey = createPrivateKey(JSON.parse(readFileSync(join(pools, pool, 'keys.json'), 'utf8')).signing);
  const [header, claims] = access_token.split('.').slice(0, 2).map(decode);
  const token = (changed: object, head: object = {}, key: KeyObject = poolKey) => {
    const text = `${encode({ ...header, ...head })}.${encode({ ...claims, ...changed })}`;
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  };
  const tokens = [
    'garbage',
    'a.b.c',
    '..',
    `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
    token({}, {}, foreign.privateKey),
    token({}, { kid: 'other' }, foreign.privateKey),
    token({ exp: Math.floor(Date.now() / 1000) - 60 }),
    token({ iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other0000' }),
    token({ sub: '00000000-0000-4000-8000-000000000000' }),
    token({ sub: { $ne: null } }),
    token({ auth_time: 'now' }),
    token({ scope: 'openid' }),
    id_token ?? '',
    refresh_token ?? '',
    access_token.slice(0, -20),
    `${access_token}.${access_token}`,
    'x'.repeat(10_240),
    encode({ a: 'x'.repeat(9_000) }),
  ];
  return ['', 'Bearer', 'Bearer ', 'Basic YTpi', access_token, ...tokens.map((each) => `Bearer ${each}`)].filter(
    (each) => each !== access_token, // API Gateway takes a token without its scheme.
  );
}
