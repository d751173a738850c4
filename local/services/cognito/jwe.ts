import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// RFC 7516 in its compact form. The key is shared (`dir`), so that the second part, the encrypted key, is empty.
const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM' })).toString('base64url');
const ivBytes = 12;
const authTagLength = 16;

/** What only who has the 256-bit key can read, or make. */
export function seal(content: object, key: Buffer): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength }).setAAD(Buffer.from(header));
  const encrypted = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
  return [header, '', ...[iv, encrypted, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

/** What was sealed with the same key; undefined for anything else. */
export function unseal(token: string, key: Buffer): unknown {
  const [tokenHeader, , iv = '', encrypted = '', tag = ''] = token.split('.');
  if (tokenHeader !== header) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength })
      .setAAD(Buffer.from(header))
      .setAuthTag(Buffer.from(tag, 'base64url'));
    return JSON.parse(Buffer.concat([decipher.update(encrypted, 'base64url'), decipher.final()]).toString());
  } catch {
    return undefined;
  }
}
