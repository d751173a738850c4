import * as z from 'zod';
import { limits } from '../config';

/** What a browser's email field accepts, no longer than Cognito takes as a username. */
export const EmailAddress = z
  .email({ pattern: z.regexes.html5Email, error: 'is not an email address' })
  .max(limits.emailCharacters);

/**
 * One spelling for all that Cognito takes as one user: its usernames are compared without regard to case.
 * Plus tags and dots are kept; they are different mailboxes to most providers.
 */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();
