import type { IdentityPoolConfig } from '../services/cognito-identity/cognito-identity';
import type { PolicyStatement, Role } from '../services/sessions';
import { all, type Resolve, type Resource, type Template } from './intrinsics';

/** Identity pools, and the roles whose credentials they give. */
export interface IdentityPools {
  readonly identityPools: readonly IdentityPoolConfig[];
  readonly identityRoles: readonly Role[];
}

interface PoolProperties {
  AllowUnauthenticatedIdentities?: boolean;
  CognitoIdentityProviders?: { ProviderName?: unknown; ClientId?: unknown; ServerSideTokenCheck?: boolean }[];
}

interface AttachmentProperties {
  IdentityPoolId?: { Ref?: string };
  Roles?: Record<string, unknown>;
}

/** What is emulated of a pool and its roles: whatever else the template says would change who may do what. */
const poolProperties = ['AllowUnauthenticatedIdentities', 'CognitoIdentityProviders'];
const attachmentProperties = ['IdentityPoolId', 'Roles'];
const roleProperties = ['AssumeRolePolicyDocument', 'Description', 'RoleName'];

/** Reads the identity pools. Throws an error that names the resource which cannot be run locally. */
export function readIdentityPools(template: Template, resolve: Resolve): IdentityPools {
  const read = all(template, 'AWS::Cognito::IdentityPool').map(([poolId, resource]) => {
    const pool = only(poolId, resource, poolProperties) as PoolProperties;
    if (pool.AllowUnauthenticatedIdentities) throw new Error(`${poolId} lets in who did not sign in: not emulated`);
    const roleId = authenticatedRoleOf(poolId, template);
    const role = readRole(roleId, poolId, template, resolve);
    const config: IdentityPoolConfig = {
      id: String(resolve({ Ref: poolId }, poolId)),
      providers: (pool.CognitoIdentityProviders ?? []).map((provider) => ({
        name: String(resolve(provider.ProviderName, poolId)),
        clientId: String(resolve(provider.ClientId, poolId)),
        serverSideTokenCheck: provider.ServerSideTokenCheck === true,
      })),
      authenticatedRoleArn: role.arn,
    };
    return { config, role };
  });
  return { identityPools: read.map(({ config }) => config), identityRoles: read.map(({ role }) => role) };
}

function only(id: string, { Properties = {} }: Resource, known: readonly string[]): Readonly<Record<string, unknown>> {
  const other = Object.keys(Properties).find((name) => !known.includes(name));
  if (other !== undefined) throw new Error(`${id} has the property ${other}, which the embedded cloud does not know`);
  return Properties;
}

/** The logical id of the role that the pool gives to who signed in. */
function authenticatedRoleOf(poolId: string, template: Template): string {
  const attachments = all(template, 'AWS::Cognito::IdentityPoolRoleAttachment')
    .map(([id, resource]) => only(id, resource, attachmentProperties) as AttachmentProperties)
    .filter(({ IdentityPoolId }) => IdentityPoolId?.Ref === poolId);
  const roles = attachments[0]?.Roles ?? {};
  const [roleId] = ((roles['authenticated'] ?? {}) as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
  if (attachments.length !== 1 || Object.keys(roles).length !== 1 || roleId === undefined) {
    throw new Error(`${poolId} needs one attachment with one role of this stack, for 'authenticated'`);
  }
  return roleId;
}

function readRole(roleId: string, poolId: string, template: Template, resolve: Resolve): Role {
  const resource = template.Resources[roleId];
  if (resource?.Type !== 'AWS::IAM::Role') throw new Error(`${poolId} gives the role ${roleId}, which is none`);
  const { AssumeRolePolicyDocument: trust } = only(roleId, resource, roleProperties);
  checkTrust(roleId, resolve(trust, roleId), String(resolve({ Ref: poolId }, poolId)));
  const policies = all(template, 'AWS::IAM::Policy').filter(([, { Properties = {} }]) =>
    (Properties['Roles'] as { Ref?: string }[] | undefined)?.some(({ Ref }) => Ref === roleId),
  );
  return {
    arn: String(resolve({ 'Fn::GetAtt': [roleId, 'Arn'] }, roleId)),
    statements: policies.flatMap(([id, { Properties = {} }]) =>
      statementsIn(resolve(Properties['PolicyDocument'], id)).map((statement) => readStatement(id, statement)),
    ),
  };
}

/** On AWS a role that does not trust the pool would give no credentials: it must name this pool, and who signed in. */
function checkTrust(roleId: string, document: unknown, poolId: string): void {
  const trusts = statementsIn(document).some((statement) => {
    const { Effect, Action, Principal, Condition } = statement as Record<
      string,
      Record<string, Record<string, string>>
    >;
    return (
      (Effect as unknown) === 'Allow' &&
      (Action as unknown) === 'sts:AssumeRoleWithWebIdentity' &&
      (Principal?.['Federated'] as unknown) === 'cognito-identity.amazonaws.com' &&
      Condition?.['StringEquals']?.['cognito-identity.amazonaws.com:aud'] === poolId &&
      Condition?.['ForAnyValue:StringLike']?.['cognito-identity.amazonaws.com:amr'] === 'authenticated'
    );
  });
  if (!trusts) throw new Error(`${roleId} does not trust the identity pool ${poolId} for who signed in`);
}

const statementsIn = (document: unknown): readonly Record<string, unknown>[] =>
  [(document as { Statement?: Record<string, unknown> | Record<string, unknown>[] }).Statement ?? []].flat();

const statementElements = ['Action', 'Effect', 'Resource', 'Sid'];

function readStatement(id: string, statement: Record<string, unknown>): PolicyStatement {
  const other = Object.keys(statement).find((element) => !statementElements.includes(element));
  if (other !== undefined)
    throw new Error(`${id} has a statement with ${other}, which the embedded cloud does not know`);
  return {
    effect: statement['Effect'] === 'Allow' ? 'Allow' : 'Deny',
    actions: [statement['Action']].flat().map(String),
    resources: [statement['Resource']].flat().map(String),
  };
}
