import { randomUUID } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, createConfirmedUser, signIn } from '../fixture';
import { ClientId, type ContractPool, openContractPool, UserPoolId, verified } from './pool';

let pool: ContractPool;
let sdk: CognitoIdentityProviderClient;

beforeAll(async () => {
  pool = await openContractPool();
  ({ sdk } = pool);
});

afterAll(() => pool.close());

describe('a group', () => {
  test('is named in both tokens of its members', async () => {
    const member = anEmail();
    const GroupName = `group-${randomUUID()}`;
    await createConfirmedUser(sdk, UserPoolId, member);
    await sdk.send(new CreateGroupCommand({ UserPoolId, GroupName, Description: 'a group' }));
    await sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: member, GroupName }));
    await sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: member, GroupName }));
    const { AuthenticationResult: tokens } = await signIn(sdk, ClientId, member);
    expect(await verified(pool, 'access', tokens?.AccessToken)).toHaveProperty(['cognito:groups'], [GroupName]);
    expect(await verified(pool, 'id', tokens?.IdToken)).toHaveProperty(['cognito:groups'], [GroupName]);
  });

  test('cannot be created twice, nor have members before it is', async () => {
    const GroupName = `group-${randomUUID()}`;
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    await expect(
      sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }));
    await expect(sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }))).rejects.toMatchObject({
      name: 'GroupExistsException',
    });
  });
});
