import { randomUUID } from 'node:crypto';
import {
  AdminDisableUserCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { aPassword, createConfirmedUser } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

// Other suites may have users in the same pool; these alone begin like this.
const prefix = `list-${randomUUID()}`;
const emails = ['ann', 'bob', 'Carol'].map((name) => `${prefix}-${name}@example.com`);
const [ann = '', bob = '', carol = ''] = emails;
const unconfirmed = `${prefix}-dora@example.com`;
let bobsSub: string;

beforeAll(async () => {
  [, bobsSub = ''] = await Promise.all(emails.map((email) => createConfirmedUser(pool.sdk, UserPoolId, email)));
  await pool.sdk.send(
    new SignUpCommand({
      ClientId,
      Username: unconfirmed,
      Password: aPassword,
      UserAttributes: [{ Name: 'email', Value: unconfirmed }],
    }),
  );
});

const list = (more: Partial<ListUsersCommandInput>) => pool.sdk.send(new ListUsersCommand({ UserPoolId, ...more }));
const found = async (Filter: string) => {
  const { Users = [] } = await list({ Filter });
  return Users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === 'email')?.Value).sort();
};
const invalid = { name: 'InvalidParameterException' };

test('a user is listed with what AdminGetUser says', async () => {
  const { Users } = await list({ Filter: `email = "${bob}"` });
  expect(Users).toEqual([
    {
      Username: bobsSub,
      Attributes: expect.arrayContaining([
        { Name: 'sub', Value: bobsSub },
        { Name: 'email', Value: bob },
        { Name: 'email_verified', Value: 'true' },
      ]),
      UserStatus: 'CONFIRMED',
      Enabled: true,
      UserCreateDate: expect.any(Date),
      UserLastModifiedDate: expect.any(Date),
    },
  ]);
});

test('users are found by email, by the start of it and by sub', async () => {
  expect(await found(`email = "${ann}"`)).toEqual([ann]);
  expect(await found(`email="${ann}"`)).toEqual([ann]);
  expect(await found(`email ^= "${prefix}"`)).toEqual([...emails, unconfirmed].sort());
  expect(await found(`email = "${prefix}"`)).toEqual([]);
  expect(await found(`sub = "${bobsSub}"`)).toEqual([bob]);
  expect(await found(`username = "${bobsSub}"`)).toEqual([bob]);
  expect(await found(`sub ^= "${bobsSub.slice(0, 30)}"`)).toEqual([bob]);
});

test('users are found by their status', async () => {
  const page = await list({ Filter: 'cognito:user_status = "UNCONFIRMED"' });
  expect(page.Users?.length).toBeGreaterThan(0);
  expect(page.Users?.filter(({ UserStatus }) => UserStatus !== 'UNCONFIRMED')).toEqual([]);
});

test('users are found by whether they are disabled', async () => {
  await pool.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: carol }));
  const page = await list({ Filter: 'status = "Disabled"' });
  expect(page.Users?.length).toBeGreaterThan(0);
  expect(page.Users?.filter(({ Enabled }) => Enabled)).toEqual([]);
});

test.each([
  'email',
  'email = bob@example.com',
  'email = "bob',
  'email > "a"',
  'email = "a" and email = "b"',
  'email = "a"b"',
  'email ^= ". "." "',
])('the filter %j is refused', async (Filter) => {
  await expect(list({ Filter })).rejects.toMatchObject({ ...invalid, message: 'Error while parsing filter.' });
});

test('a quotation mark in a value can be escaped', async () => {
  expect(await found(`email = "${prefix}\\"@example.com"`)).toEqual([]);
});

test('an attribute that cannot be searched by is refused', async () => {
  await expect(list({ Filter: 'custom:team = "a"' })).rejects.toMatchObject(invalid);
});

test('pages hold each user once', async () => {
  const Filter = `email ^= "${prefix}"`;
  const subs: (string | undefined)[] = [];
  let PaginationToken: string | undefined;
  let pages = 0;
  do {
    const page = await list({ Filter, Limit: 3, PaginationToken });
    subs.push(...(page.Users ?? []).map(({ Username }) => Username));
    PaginationToken = page.PaginationToken;
    pages++;
  } while (PaginationToken);
  expect([pages, subs.length, new Set(subs).size]).toEqual([2, 4, 4]);
});

test('a page has at most 60 users, and its token is for the same filter', async () => {
  await expect(list({ Limit: 61 })).rejects.toMatchObject(invalid);
  const { PaginationToken } = await list({ Filter: `email ^= "${prefix}"`, Limit: 1 });
  await expect(list({ Filter: 'email ^= "other"', PaginationToken })).rejects.toMatchObject(invalid);
  await expect(list({ PaginationToken: 'nonsense' })).rejects.toMatchObject(invalid);
});

test('only the attributes that are asked for are listed', async () => {
  const { Users } = await list({ Filter: `email = "${ann}"`, AttributesToGet: ['email'] });
  expect(Users?.[0]?.Attributes).toEqual([{ Name: 'email', Value: ann }]);
  await expect(list({ AttributesToGet: ['custom:none'] })).rejects.toMatchObject(invalid);
});
