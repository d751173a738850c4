import { all, type Resolve, type Template } from './intrinsics';

/** An AppSync API as far as it is emulated: one schema, signed-in users of one pool, unit resolvers over tables. */
export interface GraphqlConfig {
  /** Where it would be on AWS. */
  readonly url: string;
  readonly schema: string;
  readonly userPoolId: string;
  /** What the whole id of a token's client must match; absent: any client of the pool. */
  readonly clientPattern?: string;
  readonly resolvers: readonly ResolverConfig[];
}

export interface ResolverConfig {
  readonly typeName: string;
  readonly fieldName: string;
  /** The file of `request` and `response`, for the runtime APPSYNC_JS. */
  readonly code: string;
  readonly tableName: string;
}

/**
 * Reads the template's AppSync APIs, of which there may be one at most. Throws an error that names the resource which
 * cannot be run locally.
 */
export function readGraphql(template: Template, resolve: Resolve): GraphqlConfig | undefined {
  const [api, ...others] = all(template, 'AWS::AppSync::GraphQLApi');
  if (!api) return undefined;
  if (others.length > 0) throw new Error('the template has several AppSync APIs; the embedded cloud runs one');
  const unknown = Object.entries(template.Resources).find(
    ([, { Type }]) => Type.startsWith('AWS::AppSync::') && !knownTypes.includes(Type),
  );
  if (unknown) throw new Error(`${unknown[0]}: ${unknown[1].Type} has no local counterpart`);

  const [id, { Properties = {} }] = api;
  const properties = resolve(Properties, id) as Record<string, unknown>;
  if (
    properties['AuthenticationType'] !== 'AMAZON_COGNITO_USER_POOLS' ||
    properties['AdditionalAuthenticationProviders']
  ) {
    throw new Error(`${id} must be for users of a Cognito pool alone`);
  }
  const pool = properties['UserPoolConfig'] as {
    UserPoolId: string;
    DefaultAction?: string;
    AppIdClientRegex?: string;
  };
  if (pool.DefaultAction !== 'ALLOW') throw new Error(`${id} must allow its users by default`);
  const [schema] = all(template, 'AWS::AppSync::GraphQLSchema');
  const definition = schema?.[1].Properties?.['Definition'];
  if (typeof definition !== 'string') throw new Error(`${id} needs a schema that is written in the template`);
  return {
    url: String(resolve({ 'Fn::GetAtt': [id, 'GraphQLUrl'] }, id)),
    schema: definition,
    userPoolId: pool.UserPoolId,
    ...(pool.AppIdClientRegex !== undefined && { clientPattern: pool.AppIdClientRegex }),
    resolvers: all(template, 'AWS::AppSync::Resolver').map(([resolverId]) =>
      readResolver(resolverId, template, resolve),
    ),
  };
}

const knownTypes = ['GraphQLApi', 'GraphQLSchema', 'DataSource', 'Resolver'].map((name) => `AWS::AppSync::${name}`);

function readResolver(id: string, template: Template, resolve: Resolve): ResolverConfig {
  const properties = resolve(template.Resources[id]?.Properties ?? {}, id) as Record<string, unknown>;
  const { TypeName, FieldName, DataSourceName, Code, Kind = 'UNIT', Runtime } = properties;
  const { Name, RuntimeVersion } = (Runtime ?? {}) as { Name?: string; RuntimeVersion?: string };
  if (Kind !== 'UNIT' || Name !== 'APPSYNC_JS' || RuntimeVersion !== '1.0.0' || typeof Code !== 'string') {
    throw new Error(`${id} must be a unit resolver for APPSYNC_JS 1.0.0 whose code is written in the template`);
  }
  return {
    typeName: String(TypeName),
    fieldName: String(FieldName),
    code: Code,
    tableName: tableOf(String(DataSourceName), id, template, resolve),
  };
}

function tableOf(name: string, where: string, template: Template, resolve: Resolve): string {
  const sources = all(template, 'AWS::AppSync::DataSource').map(
    ([id, { Properties = {} }]) => resolve(Properties, id) as Record<string, unknown>,
  );
  const source = sources.find(({ Name }) => Name === name);
  if (source?.['Type'] !== 'AMAZON_DYNAMODB') throw new Error(`${where} needs a data source that is a DynamoDB table`);
  return (source['DynamoDBConfig'] as { TableName: string }).TableName;
}
