import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  InvalidParameterException,
  InvalidPasswordException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { setting } from '../config';
import { AppError } from '../errors';
import { wasSentAgain } from './sent-again';

/** What only we may do with the user pool, and not every client of it. Ids are Cognito's `sub`. */
export interface IdentityAdmin {
  /** The id of the user with an email. */
  find(email: string): Promise<string | undefined>;
  /** A user who may sign in once `setPassword` was called; no mail is sent. Throws AppError PasswordNotAccepted. */
  create(email: string, password: string): Promise<string>;
  /** Throws AppError PasswordNotAccepted. */
  setPassword(id: string, password: string): Promise<void>;
  setEnabled(id: string, isEnabled: boolean): Promise<void>;
  setMembership(id: string, group: string, isMember: boolean): Promise<void>;
  /** Ends a user's refresh tokens. Access tokens still pass API Gateway: the account's record is what refuses them. */
  endSessions(id: string): Promise<void>;
}

let client: CognitoIdentityProviderClient | undefined;

export function cognitoIdentityAdmin(): IdentityAdmin {
  client ??= new CognitoIdentityProviderClient({});
  const cognito = client;
  const UserPoolId = setting('COGNITO_USER_POOL_ID');

  return {
    async find(email) {
      try {
        const { UserAttributes } = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
        return subOf(UserAttributes);
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined;
        throw error;
      }
    },

    async create(email, password) {
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      // Given here too, so that a password that is not accepted creates nobody.
      const user = { UserPoolId, Username: email, TemporaryPassword: password, UserAttributes };
      try {
        const { User } = await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
        return subOf(User?.Attributes);
      } catch (error) {
        if (!(error instanceof UsernameExistsException) || !wasSentAgain(error)) return passwordError(error);
        const { UserAttributes: attributes } = await cognito.send(
          new AdminGetUserCommand({ UserPoolId, Username: email }),
        );
        return subOf(attributes);
      }
    },

    async setPassword(id, password) {
      await cognito
        .send(new AdminSetUserPasswordCommand({ UserPoolId, Username: id, Password: password, Permanent: true }))
        .catch(passwordError);
    },

    async setEnabled(id, isEnabled) {
      const user = { UserPoolId, Username: id };
      if (isEnabled) await cognito.send(new AdminEnableUserCommand(user));
      else await cognito.send(new AdminDisableUserCommand(user));
    },

    async setMembership(id, group, isMember) {
      const membership = { UserPoolId, Username: id, GroupName: group };
      if (isMember) await cognito.send(new AdminAddUserToGroupCommand(membership));
      else await cognito.send(new AdminRemoveUserFromGroupCommand(membership));
    },

    async endSessions(id) {
      await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: id }));
    },
  };
}

function subOf(attributes: readonly AttributeType[] = []): string {
  const id = attributes.find(({ Name }) => Name === 'sub')?.Value;
  if (!id) throw new Error('Cognito answered a user without a sub');
  return id;
}

/** Cognito says what the pool's policy asks for; a password that its API cannot carry is an invalid parameter. */
function passwordError(error: unknown): never {
  if (error instanceof InvalidPasswordException || error instanceof InvalidParameterException) {
    throw new AppError('PasswordNotAccepted', error.message, { cause: error });
  }
  throw error;
}
