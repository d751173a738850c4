import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AppError } from '../errors';

/** Where a deployment would go. */
export interface DeployTarget {
  readonly account: string;
  readonly region: string;
}

/** Where `cdk bootstrap` notes that it has been there. Source: CDK developer guide, "Bootstrap template contract". */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';

/**
 * Finds out, as the SDK does, which account and region would be deployed to, and whether CDK can.
 * Throws AppError NotReadyToDeploy, which says what to do.
 */
export async function deployTarget(): Promise<DeployTarget> {
  const sts = new STSClient({});
  const region = await sts.config.region().catch((cause: unknown) => {
    throw notReady('No region is set. Set AWS_REGION, or a region in the profile that AWS_PROFILE names.', cause);
  });
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw notReady('AWS does not know who you are. Sign in (aws sso login), or set AWS_PROFILE.', cause);
  });
  await new SSMClient({ region })
    .send(new GetParameterCommand({ Name: bootstrapParameter }))
    .catch((cause: unknown) => {
      const target = `aws://${account}/${region}`;
      if (cause instanceof ParameterNotFound) {
        throw notReady(`${target} is not prepared for CDK. Run once: npx cdk bootstrap ${target}`, cause);
      }
      throw notReady(`Whether ${target} is prepared for CDK cannot be read: ${(cause as Error).message}`, cause);
    });
  return { account, region };
}

const notReady = (message: string, cause: unknown): AppError => new AppError('NotReadyToDeploy', message, { cause });
