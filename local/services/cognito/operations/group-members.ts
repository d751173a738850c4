import { existing, userType } from '../described-user';
import { adminOperation, username } from '../operation';
import { limit, pageOf, pageToken } from '../page';
import { existingGroup, groupName, groupType, leaveGroup } from './groups';

export const adminAddUserToGroup = adminOperation(
  { Username: username, GroupName: groupName },
  async (pool, { Username, GroupName }) =>
    pool.groups.exclusively(() =>
      pool.users.exclusively(Username, async () => {
        const user = existing(pool, Username);
        existingGroup(pool, GroupName);
        if (!user.groups.includes(GroupName)) {
          await pool.users.put({ ...user, groups: [...user.groups, GroupName] });
        }
        return {};
      }),
    ),
);

export const adminRemoveUserFromGroup = adminOperation(
  { Username: username, GroupName: groupName },
  async (pool, { Username, GroupName }) =>
    pool.groups.exclusively(async () => {
      existing(pool, Username);
      existingGroup(pool, GroupName);
      await leaveGroup(pool, Username, GroupName);
      return {};
    }),
);

export const adminListGroupsForUser = adminOperation(
  { Username: username, Limit: limit, NextToken: pageToken },
  async (pool, { Username, Limit, NextToken }) => {
    const { sub, groups } = existing(pool, Username);
    const asked = { list: `AdminListGroupsForUser ${sub}`, limit: Limit, token: NextToken };
    const joined = groups.flatMap((name) => pool.groups.find(name) ?? []);
    const { items, next } = pageOf(joined, ({ name }) => name, asked);
    return { Groups: items.map((group) => groupType(pool, group)), NextToken: next };
  },
);

export const listUsersInGroup = adminOperation(
  { GroupName: groupName, Limit: limit, NextToken: pageToken },
  async (pool, { GroupName, Limit, NextToken }) => {
    existingGroup(pool, GroupName);
    const asked = { list: `ListUsersInGroup ${GroupName}`, limit: Limit, token: NextToken };
    const members = pool.users.all.filter(({ groups }) => groups.includes(GroupName));
    const { items, next } = pageOf(members, ({ sub }) => sub, asked);
    return { Users: items.map(userType), NextToken: next };
  },
);
