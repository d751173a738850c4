import { randomUUID } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  type GroupType,
  ListGroupsCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool, verified } from './pool';

const pool = usePool();

const aGroup = async (given: { Precedence?: number; Description?: string } = {}) => {
  const GroupName = `group-${randomUUID()}`;
  await pool.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName, ...given }));
  return GroupName;
};
const join = (Username: string, GroupName: string) =>
  pool.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
const leave = (Username: string, GroupName: string) =>
  pool.sdk.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName }));
const groupsOf = async (Username: string) =>
  namesOf((await pool.sdk.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }))).Groups);
const namesOf = (groups: readonly GroupType[] = []) => groups.map(({ GroupName = '' }) => GroupName);
const remove = (GroupName: string) => pool.sdk.send(new DeleteGroupCommand({ UserPoolId, GroupName }));
const get = (GroupName: string) => pool.sdk.send(new GetGroupCommand({ UserPoolId, GroupName }));

async function aUser(): Promise<string> {
  const email = anEmail();
  await createConfirmedUser(pool.sdk, UserPoolId, email);
  return email;
}

const noGroup = { name: 'ResourceNotFoundException', message: 'Group not found.' };

describe('a group', () => {
  test('is found as it was created', async () => {
    const GroupName = await aGroup({ Precedence: 3, Description: 'a group' });
    expect((await get(GroupName)).Group).toEqual({
      GroupName,
      UserPoolId,
      Description: 'a group',
      Precedence: 3,
      CreationDate: expect.any(Date),
      LastModifiedDate: expect.any(Date),
    });
    await expect(get(`${GroupName}x`)).rejects.toMatchObject(noGroup);
  });

  test('cannot be created twice, nor have members before it is', async () => {
    const email = await aUser();
    await expect(join(email, `group-${randomUUID()}`)).rejects.toMatchObject(noGroup);
    const GroupName = await aGroup();
    await expect(pool.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }))).rejects.toMatchObject({
      name: 'GroupExistsException',
    });
  });

  test('cannot have a blank in its name', async () => {
    const create = new CreateGroupCommand({ UserPoolId, GroupName: `a group ${randomUUID()}` });
    await expect(pool.sdk.send(create)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('is listed once, whatever the size of the pages', async () => {
    const made = [await aGroup(), await aGroup(), await aGroup()];
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await pool.sdk.send(new ListGroupsCommand({ UserPoolId, Limit: 2, NextToken }));
      expect(page.Groups?.length).toBeLessThanOrEqual(2);
      names.push(...namesOf(page.Groups));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(made));
  });
});

describe('a member', () => {
  test('is listed with the groups, which they leave one by one', async () => {
    const email = await aUser();
    const [one, other] = [await aGroup(), await aGroup()];
    for (const name of [one, other, one]) await join(email, name);
    expect((await groupsOf(email)).sort()).toEqual([one, other].sort());
    await leave(email, one);
    await leave(email, one);
    expect(await groupsOf(email)).toEqual([other]);
  });

  test('has pages of groups', async () => {
    const email = await aUser();
    const made = [await aGroup(), await aGroup(), await aGroup()];
    for (const name of made) await join(email, name);
    const ask = (NextToken?: string) =>
      pool.sdk.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: email, Limit: 2, NextToken }));
    const first = await ask();
    const second = await ask(first.NextToken);
    expect(first.Groups).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
    expect([...namesOf(first.Groups), ...namesOf(second.Groups)].sort()).toEqual(made.sort());
  });

  test('is listed with the other members, in pages', async () => {
    const GroupName = await aGroup();
    const emails = [await aUser(), await aUser(), await aUser()];
    for (const email of emails) await join(email, GroupName);
    const ask = (NextToken?: string) =>
      pool.sdk.send(new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: 2, NextToken }));
    const first = await ask();
    const second = await ask(first.NextToken);
    const listed = [...(first.Users ?? []), ...(second.Users ?? [])];
    expect([first.Users?.length, second.Users?.length, second.NextToken]).toEqual([2, 1, undefined]);
    const emailOf = (user: (typeof listed)[number]) => user.Attributes?.find(({ Name }) => Name === 'email')?.Value;
    expect(listed.map(emailOf).sort()).toEqual(emails.sort());
    expect(listed[0]).toMatchObject({ UserStatus: 'CONFIRMED', Enabled: true });
  });

  test('must exist, and so must the group', async () => {
    const [email, GroupName] = [await aUser(), await aGroup()];
    const nobody = { name: 'UserNotFoundException' };
    await expect(join(anEmail(), GroupName)).rejects.toMatchObject(nobody);
    await expect(leave(anEmail(), GroupName)).rejects.toMatchObject(nobody);
    await expect(groupsOf(anEmail())).rejects.toMatchObject(nobody);
    await expect(leave(email, `${GroupName}x`)).rejects.toMatchObject(noGroup);
    const members = new ListUsersInGroupCommand({ UserPoolId, GroupName: `${GroupName}x` });
    await expect(pool.sdk.send(members)).rejects.toMatchObject(noGroup);
  });
});

describe('the tokens of a member', () => {
  test('name the groups from the next sign-in or refresh on', async () => {
    const email = await aUser();
    const before = (await signIn(pool.sdk, ClientId, email)).AuthenticationResult;
    const group = await aGroup();
    await join(email, group);
    const after = (await signIn(pool.sdk, ClientId, email)).AuthenticationResult;
    const refreshed = (await refresh(pool.sdk, ClientId, before?.RefreshToken)).AuthenticationResult;
    expect(await verified(pool, 'access', before?.AccessToken)).not.toHaveProperty('cognito:groups');
    for (const tokens of [after, refreshed]) {
      expect(await verified(pool, 'access', tokens?.AccessToken)).toHaveProperty(['cognito:groups'], [group]);
      expect(await verified(pool, 'id', tokens?.IdToken)).toHaveProperty(['cognito:groups'], [group]);
    }
    await leave(email, group);
    const left = (await signIn(pool.sdk, ClientId, email)).AuthenticationResult;
    expect(await verified(pool, 'access', left?.AccessToken)).not.toHaveProperty('cognito:groups');
  });

  test('name the group of the lowest precedence first, and those without one last', async () => {
    const email = await aUser();
    const [none, five, zero, one] = [
      await aGroup(),
      await aGroup({ Precedence: 5 }),
      await aGroup({ Precedence: 0 }),
      await aGroup({ Precedence: 1 }),
    ];
    for (const name of [none, five, zero, one]) await join(email, name);
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    const claim = ['cognito:groups'];
    expect(await verified(pool, 'access', tokens?.AccessToken)).toHaveProperty(claim, [zero, one, five, none]);
  });
});

describe('a deleted group', () => {
  test('is gone, from its members and their tokens too, and stays so when another has its name', async () => {
    const email = await aUser();
    const GroupName = await aGroup();
    await join(email, GroupName);
    await remove(GroupName);
    await expect(get(GroupName)).rejects.toMatchObject(noGroup);
    await expect(remove(GroupName)).rejects.toMatchObject(noGroup);
    await pool.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }));
    expect(await groupsOf(email)).toEqual([]);
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    expect(await verified(pool, 'access', tokens?.AccessToken)).not.toHaveProperty('cognito:groups');
  });

  test('has no member who joined meanwhile', async () => {
    const GroupName = await aGroup();
    const emails = await Promise.all(Array.from({ length: 5 }, aUser));
    const joined = emails.map((email) => join(email, GroupName).catch(() => undefined));
    await Promise.all([...joined.slice(0, 3), remove(GroupName), ...joined.slice(3)]);
    await pool.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }));
    const { Users } = await pool.sdk.send(new ListUsersInGroupCommand({ UserPoolId, GroupName }));
    expect(Users).toEqual([]);
  });
});

test('the token of one list is no good for another', async () => {
  const made = [await aGroup(), await aGroup()];
  const email = await aUser();
  for (const name of made) await join(email, name);
  const { NextToken } = await pool.sdk.send(new ListGroupsCommand({ UserPoolId, Limit: 1 }));
  for (const token of [NextToken, 'nonsense']) {
    const other = new AdminListGroupsForUserCommand({ UserPoolId, Username: email, NextToken: token });
    await expect(pool.sdk.send(other)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});
