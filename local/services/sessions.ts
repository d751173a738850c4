import { hkdfSync, randomBytes } from 'node:crypto';
import { seal, unseal } from './cognito/jwe';
import type { Credentials } from './sigv4';

// Temporary credentials, as the Security Token Service gives them. All that is to be known of a session is in its token,
// sealed, so that nothing is kept: whoever has the token and signs with the secret that is in it has the session.

/** What is emulated of IAM's policies: no conditions, no `Not...`; `*` and `?` as IAM has them. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export interface Role {
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

export interface Session extends Credentials {
  readonly roleArn: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export class Sessions {
  readonly #key: Buffer;
  readonly #roles: ReadonlyMap<string, Role>;

  /** `secret` is what the tokens are sealed with, in effect: with another one no earlier session goes on. */
  constructor(secret: string, roles: readonly Role[]) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'session tokens', 32));
    this.#roles = new Map(roles.map((role) => [role.arn, role]));
  }

  /** Credentials of a role, and the token that makes them good. */
  issue(roleArn: string, expiresAtMs: number): Session & { readonly sessionToken: string } {
    const session: Session = {
      // The form of AWS's own, with a prefix that AWS does not give out.
      accessKeyId: `LSIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      roleArn,
      expiresAtMs,
    };
    return { ...session, sessionToken: seal(session, this.#key) };
  }

  /** The session of a token, expired or not; undefined for anything that was not issued here. */
  open(token: string): Session | undefined {
    return unseal(token, this.#key) as Session | undefined;
  }

  /** Whether a policy of the session's role allows an action, such as `s3:GetObject`, and none denies it. */
  allows({ roleArn }: Session, action: string, resource: string): boolean {
    const matching = (this.#roles.get(roleArn)?.statements ?? []).filter(
      ({ actions, resources }) =>
        actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
        resources.some((pattern) => matches(pattern, resource)),
    );
    return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
  }
}

/** Source: IAM user guide, "IAM JSON policy elements: Resource", wildcards. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
