import * as z from 'zod';
import { EmailAddress } from '../../auth/email';
import { json, route } from '../route';

const Password = z.string().min(1, 'is empty').max(256);

/** Cognito takes no other as a new one, whatever the pool's policy. */
const NewPassword = Password.regex(/^\S.*\S$/u, 'is too short, starts or ends with a blank, or has a line break');

const Code = z.string().trim().min(1, 'is empty').max(32);

const Tokens = z.object({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
});

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
});

export const logoutRoute = route({
  key: 'auth/logout',
  method: 'POST',
  path: '/auth/logout',
  summary: 'End every token issued to you so far, from the next request on',
  access: 'user',
  needs: ['identity:manage', 'accounts:write'],
  reply: json(z.object({ status: z.literal('signed_out') })),
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
});
