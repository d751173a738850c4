import { RemovalPolicy } from 'aws-cdk-lib';
import { Billing, type TablePropsV2 } from 'aws-cdk-lib/aws-dynamodb';

/**
 * What every table of ours is: paid by the request, restorable to any second of the last 35 days, and kept when the stack is
 * deleted, save by a first deployment that fails: an empty table would stand in the way of the next.
 */
export const keptTable = {
  billing: Billing.onDemand(),
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} satisfies Partial<TablePropsV2>;
