import {
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { setting } from '../config';

/** What only we may do with the user pool, and not every client of it. */
export interface IdentityAdmin {
  /** The id (`sub`) of the user with an email, which must have an account. */
  idOf(email: string): Promise<string>;
  /** Ends a user's refresh tokens. Access tokens live on in Cognito: the account's record is what refuses them. */
  endSessions(id: string): Promise<void>;
}

let client: CognitoIdentityProviderClient | undefined;

export function cognitoIdentityAdmin(): IdentityAdmin {
  client ??= new CognitoIdentityProviderClient({});
  const cognito = client;
  const UserPoolId = setting('COGNITO_USER_POOL_ID');

  return {
    async idOf(email) {
      const { UserAttributes = [] } = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
      const id = UserAttributes.find(({ Name }) => Name === 'sub')?.Value;
      if (!id) throw new Error('Cognito answered a user without a sub');
      return id;
    },

    async endSessions(id) {
      await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: id }));
    },
  };
}
