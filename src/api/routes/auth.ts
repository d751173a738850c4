import * as z from 'zod';
import { EmailAddress } from '../../auth/email';
import { limits } from '../../config';
import { json, route } from '../route';

const Password = z.string().min(1, 'is empty').max(limits.passwordMaxCharacters);

/** Cognito takes no other as a new one, whatever the pool's policy. */
const NewPassword = Password.regex(/^\S.*\S$/u, 'is too short, starts or ends with a blank, or has a line break');

const Code = z.string().trim().min(1, 'is empty').max(32);

const Tokens = z
  .object({
    access_token: z.string().meta({ description: 'For the header "Authorization: Bearer".' }),
    id_token: z.string().meta({ description: 'Says who you are; opens nothing here.' }),
    refresh_token: z.string().meta({ description: 'For POST /auth/refresh.' }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds that the access token lasts.' }),
  })
  .meta({ id: 'Tokens' });

const signInErrors = [
  'InvalidCredentials',
  'EmailNotConfirmed',
  'PasswordIsTemporary',
  'SecondStepRequired',
  'TooManyAttempts',
] as const;

const email = 'ann@example.com';
const password = 'Correct-horse-1';
const code = '123456';
const tokens = {
  access_token: 'eyJraWQiOiJ...',
  id_token: 'eyJraWQiOiJ...',
  refresh_token: 'eyJjdHkiOiJ...',
  token_type: 'Bearer',
  expires_in: 3600,
};

const Status = z.object({ status: z.enum(['confirmation_required', 'confirmed']) });

export const signupRoute = route({
  key: 'auth/signup',
  method: 'POST',
  path: '/auth/signup',
  summary: 'Create an account; a code is mailed to confirm it',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: EmailAddress, password: NewPassword }),
  reply: json(Status),
  errors: ['PasswordNotAccepted', 'TooManyAttempts'],
  example: { body: { email, password }, reply: { status: 'confirmation_required' } },
});

export const confirmRoute = route({
  key: 'auth/confirm',
  method: 'POST',
  path: '/auth/confirm',
  summary: 'Confirm an account with the code that was mailed',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: EmailAddress, code: Code }),
  reply: json(Status),
  errors: ['InvalidCode', 'TooManyAttempts'],
  example: { body: { email, code }, reply: { status: 'confirmed' } },
});

export const resendRoute = route({
  key: 'auth/resend',
  method: 'POST',
  path: '/auth/resend',
  summary: 'Mail an unconfirmed account a new code; the answer is the same for every email',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: EmailAddress }),
  reply: json(z.object({ status: z.literal('code_sent') })),
  errors: ['TooManyAttempts'],
  example: { body: { email }, reply: { status: 'code_sent' } },
});

export const loginRoute = route({
  key: 'auth/login',
  method: 'POST',
  path: '/auth/login',
  summary: 'Sign in with email and password',
  access: 'open',
  needs: ['identity:use', 'accounts:read', 'accounts:write'],
  body: z.strictObject({ email: EmailAddress, password: Password }),
  reply: json(Tokens),
  errors: signInErrors,
  example: { body: { email, password }, reply: tokens },
});

export const tokenRoute = route({
  key: 'auth/token',
  method: 'POST',
  path: '/auth',
  summary: 'Sign in, as /auth/login does, with fields called username and password',
  access: 'open',
  needs: ['identity:use', 'accounts:read', 'accounts:write'],
  body: z.strictObject({ username: EmailAddress, password: Password }),
  reply: json(Tokens),
  errors: signInErrors,
  example: { body: { username: email, password }, reply: tokens },
});

export const refreshRoute = route({
  key: 'auth/refresh',
  method: 'POST',
  path: '/auth/refresh',
  summary: 'New tokens for a refresh token',
  access: 'open',
  needs: ['identity:use', 'accounts:read'],
  body: z.strictObject({ refresh_token: z.string().min(1, 'is empty').max(8192) }),
  reply: json(Tokens),
  errors: ['InvalidRefreshToken', 'TooManyAttempts'],
  example: { body: { refresh_token: tokens.refresh_token }, reply: tokens },
});

export const logoutRoute = route({
  key: 'auth/logout',
  method: 'POST',
  path: '/auth/logout',
  summary: 'End every token issued to you so far, from the next request on',
  access: 'user',
  needs: ['identity:manage', 'accounts:write'],
  reply: json(z.object({ status: z.literal('signed_out') })),
  errors: [],
  example: { reply: { status: 'signed_out' } },
});

export const forgotRoute = route({
  key: 'auth/forgot',
  method: 'POST',
  path: '/auth/forgot',
  summary: 'Mail a code for a new password; the answer is the same for every email',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: EmailAddress }),
  reply: json(z.object({ status: z.literal('code_sent') })),
  errors: ['TooManyAttempts'],
  example: { body: { email }, reply: { status: 'code_sent' } },
});

export const resetRoute = route({
  key: 'auth/reset',
  method: 'POST',
  path: '/auth/reset',
  summary: 'Set a new password with the code that was mailed; every token issued so far ends',
  access: 'open',
  needs: ['identity:use', 'identity:manage', 'accounts:write'],
  body: z.strictObject({ email: EmailAddress, code: Code, password: NewPassword }),
  reply: json(z.object({ status: z.literal('password_reset') })),
  errors: ['InvalidCode', 'PasswordNotAccepted', 'TooManyAttempts'],
  example: { body: { email, code, password }, reply: { status: 'password_reset' } },
});
