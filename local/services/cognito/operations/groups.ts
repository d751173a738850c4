import * as z from 'zod';
import { CognitoError, notFound } from '../errors';
import type { Group } from '../groups';
import { adminOperation, named } from '../operation';
import { limit, pageOf, pageToken } from '../page';
import type { Pool } from '../pool';

/** Source: Cognito developer guide, "Quotas", groups of a user pool. */
const maxGroups = 10_000;

export const groupName = named;

export const createGroup = adminOperation(
  {
    GroupName: groupName,
    Description: z.string().max(2048).optional(),
    Precedence: z.number().int().min(0).optional(),
  },
  async (pool, { GroupName, Description, Precedence }) =>
    pool.groups.exclusively(async () => {
      if (pool.groups.find(GroupName)) {
        throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
      }
      if (pool.groups.all.length >= maxGroups) {
        throw new CognitoError('LimitExceededException', `A user pool has at most ${maxGroups} groups.`);
      }
      const group = {
        name: GroupName,
        description: Description,
        precedence: Precedence,
        createdAtMs: pool.now(),
      };
      await pool.groups.add(group);
      return { Group: groupType(pool, group) };
    }),
);

export const getGroup = adminOperation({ GroupName: groupName }, async (pool, { GroupName }) => ({
  Group: groupType(pool, existingGroup(pool, GroupName)),
}));

export const listGroups = adminOperation({ Limit: limit, NextToken: pageToken }, async (pool, { Limit, NextToken }) => {
  const asked = { list: 'ListGroups', limit: Limit, token: NextToken };
  const { items, next } = pageOf(pool.groups.all, ({ name }) => name, asked);
  return { Groups: items.map((group) => groupType(pool, group)), NextToken: next };
});

/** The members leave first: one who is left when it crashes is still in a group that exists. */
export const deleteGroup = adminOperation({ GroupName: groupName }, async (pool, { GroupName }) =>
  pool.groups.exclusively(async () => {
    const group = existingGroup(pool, GroupName);
    for (const { sub } of pool.users.all.filter(({ groups }) => groups.includes(GroupName))) {
      await leaveGroup(pool, sub, GroupName);
    }
    await pool.groups.delete(group);
    return {};
  }),
);

export function leaveGroup(pool: Pool, username: string, groupName: string): Promise<void> {
  return pool.users.exclusively(username, async () => {
    const user = pool.users.find(username);
    if (!user?.groups.includes(groupName)) return;
    await pool.users.put({ ...user, groups: user.groups.filter((name) => name !== groupName) });
  });
}

/** Throws CognitoError ResourceNotFoundException. */
export function existingGroup(pool: Pool, name: string): Group {
  const group = pool.groups.find(name);
  if (!group) throw notFound('Group not found.');
  return group;
}

/** Cognito's GroupType. */
export const groupType = (pool: Pool, { name, description, precedence, createdAtMs }: Group): object => ({
  GroupName: name,
  UserPoolId: pool.config.id,
  Description: description,
  Precedence: precedence,
  CreationDate: createdAtMs / 1000,
  LastModifiedDate: createdAtMs / 1000,
});
