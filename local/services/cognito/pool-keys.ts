import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { writeDurably } from '../durable-file';
import { readJson } from './json-file';

/** The secrets of one pool. */
export interface PoolKeys {
  /** RSA, 2048 bits: signs access and ID tokens. */
  readonly signing: KeyObject;
  /** 256 bits: seals refresh tokens. */
  readonly sealing: Buffer;
}

interface StoredKeys {
  /** PKCS #8, PEM. */
  readonly signing: string;
  /** Base64. */
  readonly sealing: string;
}

/** Reads the pool's keys, or makes them when the file does not exist yet. Only its owner may read it. */
export async function openPoolKeys(file: string): Promise<PoolKeys> {
  const { signing, sealing } = (await readJson<StoredKeys>(file)) ?? (await makeKeys(file));
  return { signing: createPrivateKey(signing), sealing: Buffer.from(sealing, 'base64') };
}

async function makeKeys(file: string): Promise<StoredKeys> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const keys: StoredKeys = {
    signing: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sealing: randomBytes(32).toString('base64'),
  };
  await writeDurably(file, JSON.stringify(keys), 0o600);
  return keys;
}
