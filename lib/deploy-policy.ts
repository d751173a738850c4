import { arn, type Right, rightsOfType } from './deploy-rights';

// Who needs which rights for a deployment: docs/operations.md says who gets which. `npm run generate` writes them to
// docs/deploy/ with the words ACCOUNT and REGION, for whoever bootstraps to fill in.

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: NonNullable<Right['condition']>;
}

/** IAM takes at most 6 144 characters as one managed policy: what runs is in one, what keeps and watches in the other. */
const runs = /^(AWS::(ApiGateway|AppSync|IAM|Lambda)|Custom)::/;

/** For the role by which CloudFormation makes the stack, in place of AdministratorAccess. */
export const executionPolicies = (): { readonly runs: PolicyDocument; readonly keeps: PolicyDocument } => ({
  // The parameter is the template's BootstrapVersion.
  runs: policyOf((type) => runs.test(type), [allow(['ssm:GetParameters'], [bootstrapVersion])]),
  keeps: policyOf((type) => !runs.test(type)),
});

/** Rights are gathered by what they are on and under which condition. */
function policyOf(isMeant: (type: string) => boolean, more: readonly Statement[] = []): PolicyDocument {
  const groups = new Map<string, Right>();
  const rights = Object.entries(rightsOfType).flatMap(([type, each]) => (isMeant(type) ? each : []));
  for (const { actions, on, condition } of rights) {
    const key = JSON.stringify([on, condition]);
    const before = groups.get(key)?.actions ?? [];
    groups.set(key, { actions: [...new Set([...before, ...actions])].sort(), on, ...(condition && { condition }) });
  }
  const statements = [...groups.values()].map(({ actions, on, condition }) => allow(actions, on, condition));
  return { Version: '2012-10-17', Statement: [...statements, ...more] };
}

const bootstrapVersion = arn('ssm', 'parameter/cdk-bootstrap/hnb659fds/version');

const allow = (actions: readonly string[], on: readonly string[], condition?: Right['condition']): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: on,
  ...(condition && { Condition: condition }),
});

/** For whoever deploys: to become the roles that the bootstrap has made, and to see that it has. */
export const deployerPolicy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    allow(
      ['sts:AssumeRole'],
      ['deploy', 'file-publishing', 'lookup'].map(
        (name) => `arn:aws:iam::ACCOUNT:role/cdk-hnb659fds-${name}-role-ACCOUNT-REGION`,
      ),
    ),
    allow(['ssm:GetParameter'], [bootstrapVersion]),
  ],
};
