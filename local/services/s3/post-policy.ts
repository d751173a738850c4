import { S3Error } from './errors';

// The policy of a form upload: what the form may say. Source: S3 API reference, "Creating a POST policy".

export interface PostPolicy {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly conditions: readonly Condition[];
  readonly minBytes: number;
  readonly maxBytes: number;
}

interface Condition {
  readonly field: string;
  readonly value: string;
  readonly isPrefix: boolean;
}

/** Reads a policy in base64. Throws S3Error InvalidPolicyDocument. */
export function readPolicy(base64: string): PostPolicy {
  let json: { readonly expiration?: unknown; readonly conditions?: unknown };
  try {
    json = JSON.parse(Buffer.from(base64, 'base64').toString());
  } catch (cause) {
    throw new S3Error('InvalidPolicyDocument', { message: 'Invalid Policy: Invalid JSON.', cause });
  }
  const expiresAt = Date.parse(String(json?.expiration));
  if (Number.isNaN(expiresAt)) throw invalid("Invalid 'expiration' value");
  if (!Array.isArray(json.conditions)) throw invalid('Policy missing conditions.');
  const conditions: Condition[] = [];
  let [minBytes, maxBytes] = [0, Number.POSITIVE_INFINITY];
  for (const condition of json.conditions as unknown[]) {
    const [kind, field, value] = Array.isArray(condition) ? condition : [];
    if (kind === 'content-length-range') {
      [minBytes, maxBytes] = [Number(field), Number(value)];
    } else if ((kind === 'eq' || kind === 'starts-with') && String(field).startsWith('$')) {
      conditions.push({ field: String(field).slice(1).toLowerCase(), value: String(value), isPrefix: kind !== 'eq' });
    } else if (condition !== null && typeof condition === 'object' && !Array.isArray(condition)) {
      const [said, ...more] = Object.entries(condition);
      // As S3 was seen to say it; the document has examples of one property only.
      if (!said || more.length > 0) {
        throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
      }
      conditions.push({ field: said[0].toLowerCase(), value: String(said[1]), isPrefix: false });
    } else {
      throw invalid(`Invalid condition ${JSON.stringify(condition)}.`);
    }
  }
  return { expiresAt, conditions, minBytes, maxBytes };
}

const invalid = (what: string) => new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${what}` });

/** What belongs to the signature, and so needs no condition. */
const uncovered = new Set(['policy', 'x-amz-signature', 'file']);

/** Throws S3Error AccessDenied where the form says what its policy does not allow. */
export function checkForm(
  { expiresAt, conditions }: PostPolicy,
  fields: ReadonlyMap<string, string>,
  bucket: string,
  now: number,
): void {
  if (now >= expiresAt) throw denied('Policy expired.');
  const said = new Map([...fields, ['bucket', bucket]]);
  for (const { field, value, isPrefix } of conditions) {
    const given = said.get(field) ?? '';
    if (isPrefix ? !given.startsWith(value) : given !== value) {
      throw denied(`Policy Condition failed: ["${isPrefix ? 'starts-with' : 'eq'}", "$${field}", "${value}"]`);
    }
  }
  const extra = [...fields.keys()].find(
    (name) => !uncovered.has(name) && !name.startsWith('x-ignore-') && !conditions.some(({ field }) => field === name),
  );
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
}

const denied = (why: string) => new S3Error('AccessDenied', { message: `Invalid according to Policy: ${why}` });
