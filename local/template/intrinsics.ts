import {
  accountId,
  bucketName,
  graphqlApiId,
  identityPoolId,
  region,
  resourceName,
  restApiId,
  sqsUrl,
  userPoolClientId,
  userPoolId,
} from './physical-names';

/** A CloudFormation template as CDK synthesises it, as far as the embedded cloud reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** The resources of some types, in the template's order. */
export function all(template: Template, ...types: readonly string[]): [logicalId: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => types.includes(resource.Type));
}

/** Replaces every intrinsic function in a value by what it stands for. `where` names the resource in errors. */
export type Resolve = (value: unknown, where: string) => unknown;

/** How a resource type answers `Ref` and `Fn::GetAtt`. */
interface Kind {
  readonly ref: (stackName: string, logicalId: string, resource: Resource) => string;
  readonly attributes: Readonly<Record<string, (physicalId: string) => string>>;
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
const given = (resource: Resource, property: string) => {
  const value = resource.Properties?.[property];
  return typeof value === 'string' ? value : undefined;
};

const lastSegment = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const table: Kind = {
  ref: (stack, id, resource) => given(resource, 'TableName') ?? resourceName(stack, id),
  attributes: { Arn: (name) => arn('dynamodb', `table/${name}`) },
};

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::S3::Bucket': {
    ref: (stack, id, resource) => given(resource, 'BucketName') ?? bucketName(stack, id),
    attributes: { Arn: (name) => `arn:aws:s3:::${name}` },
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': {
    ref: (stack, id, resource) => given(resource, 'FunctionName') ?? resourceName(stack, id),
    attributes: { Arn: (name) => arn('lambda', `function:${name}`) },
  },
  'AWS::SQS::Queue': {
    ref: (stack, id, resource) => `${sqsUrl}/${accountId}/${given(resource, 'QueueName') ?? resourceName(stack, id)}`,
    attributes: { Arn: (url) => arn('sqs', lastSegment(url)), QueueName: (url) => lastSegment(url) },
  },
  'AWS::Cognito::UserPool': {
    ref: (stack, id) => userPoolId(stack, id),
    attributes: {
      Arn: (id) => arn('cognito-idp', `userpool/${id}`),
      UserPoolId: (id) => id,
      ProviderName: (id) => `cognito-idp.${region}.amazonaws.com/${id}`,
      ProviderURL: (id) => `https://cognito-idp.${region}.amazonaws.com/${id}`,
    },
  },
  'AWS::Cognito::IdentityPool': { ref: (stack, id) => identityPoolId(stack, id), attributes: {} },
  'AWS::IAM::Role': {
    ref: (stack, id, resource) => given(resource, 'RoleName') ?? resourceName(stack, id),
    attributes: { Arn: (name) => `arn:aws:iam::${accountId}:role/${name}` },
  },
  'AWS::AppSync::GraphQLApi': {
    ref: (stack, id) => arn('appsync', `apis/${graphqlApiId(stack, id)}`),
    attributes: {
      ApiId: (apiArn) => lastSegment(apiArn),
      Arn: (apiArn) => apiArn,
      GraphQLUrl: (apiArn) => `https://${lastSegment(apiArn)}.appsync-api.${region}.amazonaws.com/graphql`,
    },
  },
  'AWS::AppSync::DataSource': {
    ref: (_stack, id, resource) => arn('appsync', `datasources/${given(resource, 'Name') ?? id}`),
    attributes: { Name: (sourceArn) => lastSegment(sourceArn) },
  },
  'AWS::Cognito::UserPoolClient': { ref: (stack, id) => userPoolClientId(stack, id), attributes: {} },
  'AWS::ApiGateway::RestApi': {
    ref: (stack, id) => restApiId(stack, id),
    attributes: { RestApiId: (id) => id, RootResourceId: (id) => `${id}-root` },
  },
  'AWS::ApiGateway::Stage': { ref: (_stack, id, resource) => given(resource, 'StageName') ?? id, attributes: {} },
};

/**
 * Makes the resolver of one stack's template. It knows the intrinsic functions and resource types that the embedded cloud
 * meets; anything else throws an error that names it and the resource, because a guess would be a wrong name at run time.
 */
export function createResolver(stackName: string, template: Template): Resolve {
  const pseudoParameters: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::StackId': arn('cloudformation', `stack/${stackName}/local`),
    'AWS::URLSuffix': 'amazonaws.com',
  };

  function kindOf(logicalId: string, where: string): { kind: Kind; resource: Resource } {
    const resource = template.Resources[logicalId];
    if (!resource) throw new Error(`${where} refers to ${logicalId}, which the template does not have`);
    const kind = kinds[resource.Type];
    if (!kind) throw new Error(`${where} refers to ${logicalId}: ${resource.Type} has no local counterpart`);
    return { kind, resource };
  }

  function reference(name: string, where: string): string {
    const pseudo = pseudoParameters[name];
    if (pseudo !== undefined) return pseudo;
    const { kind, resource } = kindOf(name, where);
    return kind.ref(stackName, name, resource);
  }

  function attribute(logicalId: string, name: string, where: string): string {
    const { kind, resource } = kindOf(logicalId, where);
    const of = kind.attributes[name];
    if (!of) throw new Error(`${where} asks for ${logicalId}.${name}: ${resource.Type} has no such attribute locally`);
    return of(kind.ref(stackName, logicalId, resource));
  }

  function list(value: unknown, where: string): readonly unknown[] {
    const resolved = resolve(value, where);
    if (!Array.isArray(resolved)) throw new Error(`${where} gives an intrinsic function a value that is not a list`);
    return resolved;
  }

  function substitute(value: unknown, where: string): string {
    const [text, variables] = Array.isArray(value) ? value : [value, {}];
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (variables && Object.hasOwn(variables, name)) return String(resolve(variables[name], where));
      const dot = name.indexOf('.');
      return dot < 0 ? reference(name, where) : attribute(name.slice(0, dot), name.slice(dot + 1), where);
    });
  }

  const functions: Readonly<Record<string, (argument: unknown, where: string) => unknown>> = {
    Ref: (argument, where) => reference(String(argument), where),
    'Fn::GetAtt': (argument, where) => {
      const [id, name] = Array.isArray(argument) ? argument : String(argument).split(/\.(.*)/s);
      return attribute(String(id), String(name), where);
    },
    'Fn::Sub': substitute,
    'Fn::Join': (argument, where) => {
      const [separator, parts] = argument as [string, unknown];
      return list(parts, where).join(separator);
    },
    'Fn::Split': (argument, where) => {
      const [separator, text] = argument as [string, unknown];
      return String(resolve(text, where)).split(separator);
    },
    'Fn::Select': (argument, where) => {
      const [index, items] = argument as [string | number, unknown];
      const item = list(items, where)[Number(index)];
      if (item === undefined) throw new Error(`${where} selects item ${index} of a shorter list`);
      return item;
    },
  };

  function resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, where));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
      const intrinsic = functions[name];
      if (!intrinsic) throw new Error(`${where} uses ${name}, which the embedded cloud does not know`);
      return intrinsic(argument, where);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, where)]));
  }

  return resolve;
}
