import type { Answer } from '../ask';
import { anyText, type Expected, type Operation } from '../operation';
import type { Random } from '../random';
import { copyOf, liveSession, openUsers, type State, type User } from '../state';

// Mails, codes and wrong passwords are limited by the hour; the operations keep below, since the limits have tests of their own.
const mostUsers = 12;
const mostMails = 15;
const mostCodes = 12;
const mostWrong = 3;
const keptSessions = 3;

interface OfUser {
  readonly email: string;
}

const passwords = ['Correct-horse-1', 'Battery-staple-2', 'Paper-clip-chain-3'];
const tokens = {
  access_token: anyText,
  id_token: anyText,
  refresh_token: anyText,
  token_type: 'Bearer',
  expires_in: 3600,
};

const anyUser = ({ users }: State, random: Random): User | undefined => random.oneOf(Object.values(users));
const otherThan = (code: string) => (code === '000000' ? '000001' : '000000');
const emailOf = (user: User | undefined): OfUser | undefined => user && { email: user.email };
const endSessions = (user: User): void => {
  for (const session of user.sessions) session.isOver = true;
};

function begin(user: User, answer: Answer | undefined): void {
  if (answer?.status !== 200) return;
  user.sessions.push({ access: answer.body.access_token, refresh: answer.body.refresh_token, isOver: false });
  if (user.sessions.length > keptSessions) user.sessions.shift();
}

export const signup: Operation<OfUser & { readonly password: string }> = {
  weight: 1,
  draw: ({ users }, random) => {
    const known = Object.keys(users);
    const isNew = known.length < mostUsers && (known.length < 3 || random.isIn(50));
    const email = isNew ? `user-${known.length}@example.com` : random.oneOf(known);
    if (email === undefined || (users[email]?.mails ?? 0) >= mostMails) return undefined;
    return { email, password: random.isIn(10) ? 'too short' : (random.oneOf(passwords) ?? '') };
  },
  send: (_, { email, password }, ask) => ask({ path: '/auth/signup', json: { email, password } }),
  apply: ({ users }, { email, password }) => {
    if (password.length < 12) return { code: 'PasswordNotAccepted' };
    const known = users[email];
    if (known) known.mails++;
    users[email] ??= {
      email,
      password,
      isConfirmed: false,
      isActive: true,
      mails: 1,
      codes: 0,
      wrongPasswords: 0,
      sessions: [],
      files: {},
      reports: {},
    };
    return { body: { status: 'confirmation_required' } };
  },
};

export const confirm: Operation<OfUser & { readonly isRight: boolean }> = {
  weight: 2,
  draw: ({ users }, random) => {
    const waiting = Object.values(users).filter(({ isConfirmed }) => !isConfirmed);
    const user = random.oneOf(waiting.length > 0 ? waiting : Object.values(users));
    return user && user.codes < mostCodes && user.mails < mostMails
      ? { email: user.email, isRight: random.isIn(80) }
      : undefined;
  },
  // A code of now: a kill may have kept the mail of an earlier one from leaving.
  send: ({ users }, { email, isRight }, ask) => {
    if (!users[email]) return undefined;
    return ask({ path: '/auth/resend', json: { email } }).then(async () => {
      const code = (await ask.codeFor(email)) ?? '';
      return ask({ path: '/auth/confirm', json: { email, code: isRight ? code : otherThan(code) } });
    });
  },
  apply: ({ users }, { email, isRight }) => {
    const user = users[email];
    if (!user) throw new Error(`${email} is not known`);
    user.mails++;
    user.codes++;
    if (user.isConfirmed || !isRight) return { code: 'InvalidCode' };
    user.isConfirmed = true;
    return { body: { status: 'confirmed' } };
  },
};

export const resend: Operation<OfUser> = {
  weight: 1,
  draw: ({ users }, random) => {
    const user = random.oneOf(Object.values(users).filter(({ isConfirmed }) => !isConfirmed));
    return user && user.mails < mostMails ? emailOf(user) : undefined;
  },
  send: (_, { email }, ask) => ask({ path: '/auth/resend', json: { email } }),
  apply: ({ users }, { email }) => {
    const user = users[email];
    if (user) user.mails++;
    return { body: { status: 'code_sent' } };
  },
};

export const login: Operation<OfUser & { readonly password: string; readonly old: boolean }> = {
  weight: 5,
  draw: (state, random) => {
    const user = anyUser(state, random);
    if (!user) return undefined;
    const password = random.isIn(10) ? 'Wrong-wrong-wrong' : user.password;
    if (user.wrongPasswords >= mostWrong && (password !== user.password || !user.isActive)) return undefined;
    return { email: user.email, password, old: random.isIn(30) };
  },
  send: (_, { email, password, old }, ask) =>
    old
      ? ask({ path: '/auth', json: { username: email, password } })
      : ask({ path: '/auth/login', json: { email, password } }),
  apply: ({ users }, { email, password }, answer) => {
    const user = users[email];
    if (!user?.isActive || password !== user.password) {
      if (user) user.wrongPasswords++;
      return { code: 'InvalidCredentials' };
    }
    if (!user.isConfirmed) return { code: 'EmailNotConfirmed' };
    user.wrongPasswords = 0;
    begin(user, answer);
    return { body: tokens };
  },
};

export const refresh: Operation<OfUser & { readonly session: number }> = {
  weight: 3,
  draw: (state, random) => {
    const user = anyUser(state, random);
    return user && user.sessions.length > 0
      ? { email: user.email, session: random.below(user.sessions.length) }
      : undefined;
  },
  send: ({ users }, { email, session }, ask) => {
    const refresh_token = users[email]?.sessions[session]?.refresh;
    return refresh_token === undefined ? undefined : ask({ path: '/auth/refresh', json: { refresh_token } });
  },
  apply: ({ users }, { email, session }, answer) => {
    const user = users[email];
    if (!user?.isActive || user.sessions[session]?.isOver) return { code: 'InvalidRefreshToken' };
    begin(user, answer);
    return { body: tokens };
  },
};

/** What a request with a session must be refused for, if anything. */
export function refusalOf(user: User | undefined, session: number): Expected | undefined {
  if (!user?.isActive) return { code: 'AccountInactive' };
  return user.sessions[session]?.isOver ? { code: 'Unauthenticated' } : undefined;
}

export const me: Operation<OfUser & { readonly session: number }> = {
  weight: 3,
  draw: refresh.draw,
  send: ({ users }, { email, session }, ask) => {
    const token = users[email]?.sessions[session]?.access;
    return token === undefined ? undefined : ask({ path: '/me', token });
  },
  apply: ({ users }, { email, session }) =>
    refusalOf(users[email], session) ?? {
      body: { id: anyText, email, email_verified: true, is_active: true, groups: [] },
    },
};

export const logout: Operation<OfUser> = {
  weight: 1,
  draw: (state, random) => emailOf(random.oneOf(openUsers(state).filter(liveSession))),
  send: ({ users }, { email }, ask) => {
    const user = users[email];
    const token = user && liveSession(user)?.access;
    return token === undefined ? undefined : ask({ method: 'POST', path: '/auth/logout', token });
  },
  apply: ({ users }, { email }) => {
    const user = users[email];
    if (user) endSessions(user);
    return { body: { status: 'signed_out' } };
  },
};

export const forgot: Operation<OfUser> = {
  weight: 1,
  draw: (state, random) => {
    const user = anyUser(state, random);
    return user && user.mails < mostMails ? emailOf(user) : undefined;
  },
  send: (_, { email }, ask) => ask({ path: '/auth/forgot', json: { email } }),
  apply: ({ users }, { email }) => {
    const user = users[email];
    if (user) user.mails++;
    return { body: { status: 'code_sent' } };
  },
};

/** Asks for a code and uses it, so that the code is there and is the last one. */
export const reset: Operation<OfUser & { readonly password: string; readonly isRight: boolean }> = {
  weight: 1,
  draw: (state, random) => {
    const user = random.oneOf(openUsers(state));
    if (!user || user.mails >= mostMails || user.codes >= mostCodes) return undefined;
    const password = random.oneOf(passwords.filter((each) => each !== user.password)) ?? '';
    return { email: user.email, password, isRight: random.isIn(80) };
  },
  send: ({ users }, { email, password, isRight }, ask) => {
    if (!users[email]) return undefined;
    return ask({ path: '/auth/forgot', json: { email } }).then(async () => {
      const code = (await ask.codeFor(email)) ?? '';
      return ask({ path: '/auth/reset', json: { email, code: isRight ? code : otherThan(code), password } });
    });
  },
  apply: ({ users }, { email, password, isRight }) => {
    const user = users[email];
    if (!user) throw new Error(`${email} is not known`);
    user.mails++;
    user.codes++;
    if (!isRight) return { code: 'InvalidCode' };
    user.password = password;
    user.wrongPasswords = 0;
    endSessions(user);
    return { body: { status: 'password_reset' } };
  },
  // The password is set before the sessions end; who has neither the old one nor the new cannot tell.
  halves: (state, { email, password }) => {
    const half = copyOf(state);
    const user = half.users[email];
    if (user) user.password = password;
    return [half];
  },
};

/** By the command line. It is told again where nobody knows whether it was done: a repeat completes what was begun. */
export const setActive: Operation<OfUser & { readonly isActive: boolean }> = {
  weight: 0.3,
  draw: ({ users }, random) => {
    const user = random.oneOf(Object.values(users).filter(({ isConfirmed }) => isConfirmed));
    return user && { email: user.email, isActive: !user.isActive };
  },
  send: ({ users }, { email, isActive }, ask) =>
    users[email] && ask.datadock('users', 'set', email, '--active', isActive ? '1' : '0'),
  apply: ({ users }, { email, isActive }) => {
    const user = users[email];
    if (user) user.isActive = isActive;
    if (user && !isActive) endSessions(user);
    return { body: anyText };
  },
};
