import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { writeDurably } from '../durable-file';
import { readJson } from './json-file';

/** As a pool publishes it. */
export interface RsaPublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

interface SigningKey {
  readonly key: KeyObject;
  readonly published: RsaPublicJwk;
}

interface StoredKeys {
  /** RSA, 2048 bits. PKCS #8, PEM. */
  readonly signing: string;
  /** 256 bits, base64. */
  readonly sealing: string;
  /** What an earlier signing key left behind, the latest first. @default none */
  readonly earlier?: readonly RsaPublicJwk[];
}

/** So that the published document stays small. */
const maxEarlier = 9;

/** The secrets of one pool, in one file that only its owner may read. */
export class PoolKeys {
  readonly #file: string;
  #stored: StoredKeys;
  #signing: SigningKey;
  #lastChange: Promise<unknown> = Promise.resolve();

  private constructor(file: string, stored: StoredKeys) {
    this.#file = file;
    this.#stored = stored;
    this.#signing = signingKey(stored.signing);
  }

  /** Reads the keys, or makes them when the file does not exist yet. */
  static async open(file: string): Promise<PoolKeys> {
    const stored = await readJson<StoredKeys>(file);
    if (stored) return new PoolKeys(file, stored);
    const made = { signing: await newSigningKey(), sealing: randomBytes(32).toString('base64') };
    await writeDurably(file, JSON.stringify(made));
    return new PoolKeys(file, made);
  }

  /** Signs access and ID tokens. */
  get signing(): { readonly key: KeyObject; readonly kid: string } {
    return { key: this.#signing.key, kid: this.#signing.published.kid };
  }

  /** Seals refresh tokens. */
  get sealing(): Buffer {
    return Buffer.from(this.#stored.sealing, 'base64');
  }

  /** What `/.well-known/jwks.json` answers: the present key, then the earlier ones. */
  get published(): readonly RsaPublicJwk[] {
    return [this.#signing.published, ...(this.#stored.earlier ?? [])];
  }

  /** The published key of a name. */
  find(kid: unknown): KeyObject | undefined {
    const jwk = this.published.find((published) => published.kid === kid);
    return jwk && createPublicKey({ key: { ...jwk }, format: 'jwk' });
  }

  /** Signs with a new key from now on. The earlier ones, the latest nine of them, stay published. */
  rotate(): Promise<void> {
    return this.#change(async () => ({
      ...this.#stored,
      signing: await newSigningKey(),
      earlier: this.published.slice(0, maxEarlier),
    }));
  }

  /** Publishes the present key alone, so that nobody can verify what an earlier one signed. */
  withdrawEarlier(): Promise<void> {
    return this.#change(async () => ({ ...this.#stored, earlier: [] }));
  }

  #change(next: () => Promise<StoredKeys>): Promise<void> {
    const run = this.#lastChange.then(async () => {
      const stored = await next();
      await writeDurably(this.#file, JSON.stringify(stored));
      this.#stored = stored;
      this.#signing = signingKey(stored.signing);
    });
    this.#lastChange = run.catch(() => undefined); // Whoever asked for it is told.
    return run;
  }
}

async function newSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function signingKey(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  // RFC 7638: the key's own thumbprint names it.
  const kid = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64');
  return { key, published: { kty: 'RSA', n, e, kid, alg: 'RS256', use: 'sig' } };
}
