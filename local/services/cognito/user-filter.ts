import { foldCase } from './email';
import { invalidParameter } from './errors';
import type { User } from './users';

// Source: API reference, ListUsers, `Filter`: `AttributeName Filter-Type "AttributeValue"`, one of `=` and `^=`, quotation
// marks in the value escaped by a backslash. The status alone matches in any case there; that emails do too, as people
// sign in with them, is a guess.
const attributes: ReadonlyMap<string, { readonly of: (user: User) => string; readonly fold?: true }> = new Map([
  ['username', { of: ({ sub }) => sub }],
  ['sub', { of: ({ sub }) => sub }],
  ['email', { of: ({ email }) => email, fold: true }],
  ['cognito:user_status', { of: ({ status }) => status, fold: true }],
  ['status', { of: ({ disabled }) => (disabled ? 'Disabled' : 'Enabled') }],
]);

/** What a filter says of a user; all users pass an empty one. Throws CognitoError InvalidParameterException. */
export function userFilter(filter: string): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const [, name = '', kind, quoted] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  if (quoted === undefined) throw invalidParameter('Error while parsing filter.');
  const attribute = attributes.get(name);
  if (!attribute) {
    throw invalidParameter(`Users cannot be searched by '${name}'; by ${[...attributes.keys()].join(', ')} they can.`);
  }
  const { of, fold } = attribute;
  const spelt = (text: string) => (fold ? foldCase(text) : text);
  const wanted = spelt(quoted.replace(/\\(.)/g, '$1'));
  return kind === '=' ? (user) => spelt(of(user)) === wanted : (user) => spelt(of(user)).startsWith(wanted);
}
