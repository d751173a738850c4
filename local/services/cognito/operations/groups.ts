import * as z from 'zod';
import { CognitoError, notFound } from '../errors';
import { adminOperation, username } from '../operation';
import { existing } from './users';

const groupName = z.string().min(1).max(128);

export const createGroup = adminOperation(
  {
    GroupName: groupName,
    Description: z.string().max(2048).optional(),
    Precedence: z.number().int().min(0).optional(),
  },
  async (pool, { GroupName, Description, Precedence }) => {
    const createdAtMs = pool.now();
    const group = { name: GroupName, description: Description, precedence: Precedence, createdAtMs };
    if (!(await pool.groups.create(group))) {
      throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
    }
    return {
      Group: {
        GroupName,
        UserPoolId: pool.config.id,
        Description,
        Precedence,
        CreationDate: createdAtMs / 1000,
        LastModifiedDate: createdAtMs / 1000,
      },
    };
  },
);

export const adminAddUserToGroup = adminOperation(
  { Username: username, GroupName: groupName },
  async (pool, { Username, GroupName }) =>
    pool.users.exclusively(Username, async () => {
      const user = existing(pool, Username);
      if (!pool.groups.has(GroupName)) throw notFound('Group not found.');
      if (!user.groups.includes(GroupName)) {
        await pool.users.put({ ...user, groups: [...user.groups, GroupName] });
      }
      return {};
    }),
);

export const adminRemoveUserFromGroup = adminOperation(
  { Username: username, GroupName: groupName },
  async (pool, { Username, GroupName }) =>
    pool.users.exclusively(Username, async () => {
      const user = existing(pool, Username);
      if (!pool.groups.has(GroupName)) throw notFound('Group not found.');
      if (user.groups.includes(GroupName)) {
        await pool.users.put({ ...user, groups: user.groups.filter((name) => name !== GroupName) });
      }
      return {};
    }),
);
