/**
 * One spelling for all that Cognito takes as one user: its usernames are compared without regard to case.
 * Plus tags and dots are kept; they are different mailboxes to most providers.
 */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();
