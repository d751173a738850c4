import { normaliseEmail } from './email';

/**
 * The S3 prefix of all that a user owns: one path segment, always ended by `/`, so that no user's prefix begins
 * another's: `bob@x.co` gets `bob%40x.co/`, which `bob%40x.com/` does not start with.
 */
export const homeOf = (email: string): string => `${encodeURIComponent(normaliseEmail(email))}/`;

/**
 * The home of someone whose email belonged to an earlier user, deleted since: that user's files are not theirs.
 * Never another email's home, since no domain holds a `~`.
 */
export const homeOfLaterUser = ({ id, email }: { readonly id: string; readonly email: string }): string =>
  `${encodeURIComponent(normaliseEmail(email))}~${id}/`;
