import type { UserPoolClientConfig, UserPoolConfig } from '../services/cognito/config';
import { all, type Resolve, type Template } from './intrinsics';

interface PoolProperties {
  Policies?: { PasswordPolicy?: Record<string, unknown> };
  AdminCreateUserConfig?: { AllowAdminCreateUserOnly?: boolean };
  AutoVerifiedAttributes?: string[];
  EmailVerificationSubject?: string;
  EmailVerificationMessage?: string;
}

interface ClientProperties {
  UserPoolId?: { Ref?: string };
  ExplicitAuthFlows?: string[];
  AccessTokenValidity?: number;
  IdTokenValidity?: number;
  RefreshTokenValidity?: number;
  TokenValidityUnits?: { AccessToken?: string; IdToken?: string; RefreshToken?: string };
  PreventUserExistenceErrors?: string;
}

const secondsPerUnit: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/**
 * Reads the user pools and their clients, with Cognito's defaults for what the template leaves out.
 * Source: CloudFormation reference, AWS::Cognito::UserPool and AWS::Cognito::UserPoolClient.
 */
export function readUserPools(template: Template, resolve: Resolve): readonly UserPoolConfig[] {
  return all(template, 'AWS::Cognito::UserPool').map(([logicalId, resource]) => {
    const properties = (resource.Properties ?? {}) as PoolProperties;
    const policy = properties.Policies?.PasswordPolicy ?? {};
    return {
      id: String(resolve({ Ref: logicalId }, logicalId)),
      passwordPolicy: {
        minimumLength: Number(policy['MinimumLength'] ?? 8),
        requireLowercase: policy['RequireLowercase'] !== false,
        requireUppercase: policy['RequireUppercase'] !== false,
        requireNumbers: policy['RequireNumbers'] !== false,
        requireSymbols: policy['RequireSymbols'] !== false,
      },
      selfSignUp: properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
      autoVerifyEmail: properties.AutoVerifiedAttributes?.includes('email') === true,
      verificationMail: {
        subject: properties.EmailVerificationSubject ?? 'Your verification code',
        message: properties.EmailVerificationMessage ?? 'Your confirmation code is {####}',
      },
      clients: all(template, 'AWS::Cognito::UserPoolClient')
        .map(([id, client]) => ({ id, properties: (client.Properties ?? {}) as ClientProperties }))
        .filter((client) => client.properties.UserPoolId?.Ref === logicalId)
        .map((client) => readClient(String(resolve({ Ref: client.id }, client.id)), client.properties)),
    };
  });
}

function readClient(id: string, properties: ClientProperties): UserPoolClientConfig {
  const { TokenValidityUnits: units = {} } = properties;
  const ttlSeconds = (validity: number, unit: string) => validity * (secondsPerUnit[unit] ?? Number.NaN);
  return {
    id,
    authFlows: properties.ExplicitAuthFlows ?? ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
    accessTokenTtlSeconds: ttlSeconds(properties.AccessTokenValidity ?? 1, units.AccessToken ?? 'hours'),
    idTokenTtlSeconds: ttlSeconds(properties.IdTokenValidity ?? 1, units.IdToken ?? 'hours'),
    refreshTokenTtlSeconds: ttlSeconds(properties.RefreshTokenValidity ?? 30, units.RefreshToken ?? 'days'),
    preventUserExistenceErrors: properties.PreventUserExistenceErrors === 'ENABLED',
  };
}

/** CreateGroup's input, which has the template's property names. */
export interface UserPoolGroupConfig {
  readonly UserPoolId: string;
  readonly GroupName: string;
  readonly Description?: string;
}

export const readUserPoolGroups = (template: Template, resolve: Resolve): readonly UserPoolGroupConfig[] =>
  all(template, 'AWS::Cognito::UserPoolGroup').map(
    ([id, { Properties = {} }]) => resolve(Properties, id) as unknown as UserPoolGroupConfig,
  );
