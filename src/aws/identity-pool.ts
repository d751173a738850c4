import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from '@aws-sdk/client-cognito-identity';
import { AppError } from '../errors';

/** Of a role, for an hour at most. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface IdentityPool {
  /** The credentials that a user pool's ID token stands for. Throws AppError IdentityFailed. */
  credentialsFor(idToken: string): Promise<SessionCredentials>;
}

/** Waits for a connection, and for an answer. */
const requestHandler = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** A Cognito identity pool. Its operations are unsigned: the ID token is all that they need. */
export function cognitoIdentityPool(identityPoolId: string, userPoolId: string): IdentityPool {
  const [region = ''] = userPoolId.split('_');
  const login = `cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  return {
    async credentialsFor(idToken) {
      const cognito = new CognitoIdentityClient({ requestHandler });
      const Logins = { [login]: idToken };
      try {
        const { IdentityId } = await cognito.send(new GetIdCommand({ IdentityPoolId: identityPoolId, Logins }));
        const { Credentials } = await cognito.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
        const { AccessKeyId, SecretKey, SessionToken } = Credentials ?? {};
        if (!AccessKeyId || !SecretKey || !SessionToken) throw new Error('it gave no credentials');
        return { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken };
      } catch (error) {
        const { message, name } = error as Error;
        throw new AppError(
          'IdentityFailed',
          `The identity pool ${identityPoolId} gave no credentials for the events (${message || name}). Check that --outputs is of the deployment that you signed in to; if it is, ask its operator.`,
          { cause: error },
        );
      } finally {
        cognito.destroy();
      }
    },
  };
}
