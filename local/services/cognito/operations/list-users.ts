import * as z from 'zod';
import { userType } from '../described-user';
import { invalidParameter } from '../errors';
import { adminOperation } from '../operation';
import { limit, pageOf, pageToken } from '../page';
import { userFilter } from '../user-filter';

const emulatedAttributes = new Set(['email', 'email_verified', 'sub']);

export const listUsers = adminOperation(
  {
    Filter: z.string().max(256).default(''),
    Limit: limit,
    PaginationToken: pageToken,
    AttributesToGet: z.array(z.string()).optional(),
  },
  async (pool, { Filter, Limit, PaginationToken, AttributesToGet }) => {
    const unknown = AttributesToGet?.find((name) => !emulatedAttributes.has(name));
    if (unknown !== undefined) {
      throw invalidParameter(`The attribute ${unknown} is not emulated; ${[...emulatedAttributes].join(', ')} are.`);
    }
    const asked = { list: `ListUsers ${Filter}`, limit: Limit, token: PaginationToken };
    const { items, next } = pageOf(pool.users.all.filter(userFilter(Filter)), ({ sub }) => sub, asked);
    const users = items.map(userType).map((user) => ({
      ...user,
      Attributes: user.Attributes.filter(({ Name }) => AttributesToGet?.includes(Name) ?? true),
    }));
    return { Users: users, PaginationToken: next };
  },
);
