import * as z from 'zod';
import { json, route } from '../route';

/** What a browser's email field accepts. */
const Email = z.email({ pattern: z.regexes.html5Email, error: 'is not an email address' }).max(128);
const Password = z.string().min(1, 'is empty').max(256);

const Status = z.object({ status: z.enum(['confirmation_required', 'confirmed']) });

export const signupRoute = route({
  key: 'auth/signup',
  method: 'POST',
  path: '/auth/signup',
  summary: 'Create an account; a code is mailed to confirm it',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: Email, password: Password }),
  reply: json(Status),
});

export const confirmRoute = route({
  key: 'auth/confirm',
  method: 'POST',
  path: '/auth/confirm',
  summary: 'Confirm an account with the code that was mailed',
  access: 'open',
  needs: ['identity:use'],
  body: z.strictObject({ email: Email, code: z.string().trim().min(1, 'is empty').max(32) }),
  reply: json(Status),
});

export const loginRoute = route({
  key: 'auth/login',
  method: 'POST',
  path: '/auth/login',
  summary: 'Sign in with email and password',
  access: 'open',
  needs: ['identity:use', 'accounts:read', 'accounts:write'],
  body: z.strictObject({ email: Email, password: Password }),
  reply: json(
    z.object({
      access_token: z.string(),
      id_token: z.string(),
      refresh_token: z.string(),
      token_type: z.literal('Bearer'),
      expires_in: z.int(),
    }),
  ),
});
