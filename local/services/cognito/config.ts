import type { PasswordPolicy } from './password';

/**
 * What is emulated of AWS::Cognito::UserPool: a pool that people sign in to by email (`UsernameAttributes: [email]`),
 * written in any case (`UsernameConfiguration.CaseSensitive: false`).
 */
export interface UserPoolConfig {
  /** `REGION_NAME`, as in `us-east-1_Datadock1`. */
  readonly id: string;
  readonly passwordPolicy: PasswordPolicy;
  /** False where `AdminCreateUserConfig.AllowAdminCreateUserOnly`. */
  readonly selfSignUp: boolean;
  /** Whether `AutoVerifiedAttributes` has `email`: whether a sign-up is mailed a code. */
  readonly autoVerifyEmail: boolean;
  /** The mail with a code; `{####}` stands for it in `message`. */
  readonly verificationMail: { readonly subject: string; readonly message: string };
  readonly clients: readonly UserPoolClientConfig[];
}

/** What is emulated of AWS::Cognito::UserPoolClient, without a secret. */
export interface UserPoolClientConfig {
  readonly id: string;
  /** `ExplicitAuthFlows`: `ALLOW_USER_PASSWORD_AUTH`, `ALLOW_REFRESH_TOKEN_AUTH`. */
  readonly authFlows: readonly string[];
  readonly accessTokenTtlSeconds: number;
  readonly idTokenTtlSeconds: number;
  readonly refreshTokenTtlSeconds: number;
  /** True for `ENABLED`, false for `LEGACY`. */
  readonly preventUserExistenceErrors: boolean;
}
