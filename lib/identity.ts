import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRecovery, type CfnUserPool, FeaturePlan, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { limits } from '../src/config';
import { acknowledge } from './acknowledge';

interface IdentityProps {
  /** A verified SES address of the stack's region. @default Cognito's own mail, at most 50 a day */
  readonly mailFrom?: string;
}

/** The user pool and the one client that the API signs users in with. */
export class Identity extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { mailFrom }: IdentityProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      // Signing in by password is all that is used; Cognito's default, Essentials, costs three times as much.
      featurePlan: FeaturePlan.LITE,
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: false } },
      passwordPolicy: {
        minLength: limits.passwordCharacters,
        requireLowercase: false,
        requireUppercase: false,
        requireDigits: false,
        requireSymbols: false,
      },
      userVerification: {
        emailSubject: 'Your Datadock code',
        emailBody: 'Your Datadock code is {####}',
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Nobody can bring back a pool's passwords: it is not to be deleted by mistake, with the stack or by hand.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.pool.addGroup('Admins', { groupName: 'admin', description: 'May import data and see what users may not.' });
    if (mailFrom !== undefined) this.mailFrom(mailFrom);
    acknowledge(
      this.pool,
      'COG1',
      'NIST SP 800-63B asks for length and advises against classes of characters; 12 is above its minimum, tries are limited.',
    );
    acknowledge(
      this.pool,
      'COG2',
      'Clients are scripts and command lines that sign in by password; a second factor would need a person at each.',
    );
    acknowledge(
      this.pool,
      'COG8',
      'The Plus tier is paid by the user; lockout, a policy of 12 characters and instant sign-out stand without it.',
    );
    this.client = this.pool.addClient('Api', {
      authFlows: { userPassword: true },
      // Only our functions sign users in, and anyone may sign up: a secret would protect nothing that is not open.
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      disableOAuth: true,
      accessTokenValidity: Duration.hours(limits.accessTokenHours),
      idTokenValidity: Duration.hours(limits.accessTokenHours),
      refreshTokenValidity: Duration.days(limits.refreshTokenDays),
    });
  }

  /** CDK's own option asks for the region in words; the sender's is the stack's, whatever that will be. */
  private mailFrom(address: string): void {
    const [, domain = ''] = address.split('@');
    const identity = Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: domain });
    const pool = this.pool.node.defaultChild as CfnUserPool;
    pool.emailConfiguration = {
      emailSendingAccount: 'DEVELOPER',
      from: `Datadock <${address}>`,
      sourceArn: identity,
    };
  }
}
