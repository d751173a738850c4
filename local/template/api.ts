import { all, type Resolve, type Resource, type Template } from './intrinsics';

/** A REST API as API Gateway would run it. */
export interface ApiConfig {
  readonly id: string;
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
  readonly methods: readonly Method[];
  readonly gatewayResponses: readonly GatewayResponse[];
}

export interface Method {
  /** `ANY` stands for every method that the resource does not name. */
  readonly httpMethod: string;
  /** `/v1/files/{id}`, `/v1/{proxy+}` */
  readonly resourcePath: string;
  readonly resourceId: string;
  readonly functionName: string;
  /** Absent where anyone may call. */
  readonly authorizer?: MethodAuthorizer;
  readonly streaming: boolean;
  readonly timeoutMs: number;
}

export interface MethodAuthorizer {
  readonly userPoolIds: readonly string[];
  /** One of them must be in the token. */
  readonly scopes: readonly string[];
}

export interface GatewayResponse {
  /** `UNAUTHORIZED`, `DEFAULT_4XX`, ... */
  readonly type: string;
  /** Absent: the type's own. */
  readonly statusCode?: number;
  /** By header name; a quoted `'literal'`, `context.requestId` or `method.request.header.Origin`. */
  readonly headers: Readonly<Record<string, string>>;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
}

/** API Gateway's own limit where an integration names none. Source: quotas for REST APIs, "Integration timeout". */
const defaultTimeoutMs = 29_000;

interface MethodProperties {
  HttpMethod: string;
  ResourceId: unknown;
  AuthorizationType?: string;
  AuthorizationScopes?: string[];
  AuthorizerId?: { Ref?: string };
  Integration?: { Type?: string; Uri?: unknown; ResponseTransferMode?: string; TimeoutInMillis?: number };
}

interface GatewayResponseProperties {
  ResponseType: string;
  StatusCode?: string;
  ResponseParameters?: Record<string, unknown>;
  ResponseTemplates?: Record<string, unknown>;
}

/** Reads the template's one REST API. Throws an error that names the resource which cannot be run locally. */
export function readApi(template: Template, resolve: Resolve): ApiConfig {
  const [apiId, api] = only(template, 'AWS::ApiGateway::RestApi');
  const [stageId] = only(template, 'AWS::ApiGateway::Stage');
  return {
    id: String(resolve({ Ref: apiId }, apiId)),
    stage: String(resolve({ Ref: stageId }, stageId)),
    binaryMediaTypes: (api.Properties?.['BinaryMediaTypes'] ?? []) as readonly string[],
    methods: all(template, 'AWS::ApiGateway::Method').map(([id, { Properties }]) =>
      readMethod(id, Properties as unknown as MethodProperties, template, resolve),
    ),
    gatewayResponses: all(template, 'AWS::ApiGateway::GatewayResponse').map(([id, { Properties }]) =>
      readGatewayResponse(id, Properties as unknown as GatewayResponseProperties, resolve),
    ),
  };
}

function readMethod(id: string, properties: MethodProperties, template: Template, resolve: Resolve): Method {
  const { Type: type, Uri: uri, ResponseTransferMode: mode, TimeoutInMillis: timeoutMs } = properties.Integration ?? {};
  if (type !== 'AWS_PROXY') throw new Error(`${id} has an integration of type ${type}; only AWS_PROXY runs locally`);
  const functionName = /:function:([^/:]+)\/(response-streaming-)?invocations$/.exec(String(resolve(uri, id)))?.[1];
  if (functionName === undefined) throw new Error(`${id} integrates something other than a Lambda function`);
  const { resourceId, resourcePath } = readResource(properties.ResourceId, id, template, resolve);
  const authorizer = readAuthorizer(id, properties, template, resolve);
  return {
    httpMethod: properties.HttpMethod,
    resourcePath,
    resourceId,
    functionName,
    ...(authorizer && { authorizer }),
    streaming: mode === 'STREAM',
    timeoutMs: timeoutMs ?? defaultTimeoutMs,
  };
}

/** Follows `ParentId` up to the root, which is an attribute of the API. */
function readResource(reference: unknown, where: string, template: Template, resolve: Resolve) {
  const logicalId = (reference as { Ref?: string }).Ref;
  if (logicalId === undefined) return { resourceId: String(resolve(reference, where)), resourcePath: '/' };
  const segments: string[] = [];
  for (let id: string | undefined = logicalId; id !== undefined; ) {
    const properties: Resource['Properties'] = template.Resources[id]?.Properties;
    if (!properties) throw new Error(`${where} lies under ${id}, which the template does not have`);
    segments.unshift(String(properties['PathPart']));
    id = (properties['ParentId'] as { Ref?: string }).Ref;
  }
  return { resourceId: logicalId, resourcePath: `/${segments.join('/')}` };
}

function readAuthorizer(id: string, properties: MethodProperties, template: Template, resolve: Resolve) {
  const { AuthorizationType: type = 'NONE', AuthorizerId: authorizerId, AuthorizationScopes: scopes = [] } = properties;
  if (type === 'NONE') return undefined;
  const authorizer = template.Resources[authorizerId?.Ref ?? ''];
  if (type !== 'COGNITO_USER_POOLS' || !authorizer) {
    throw new Error(`${id} is authorized by ${type}; only COGNITO_USER_POOLS runs locally`);
  }
  const arns = resolve(authorizer.Properties?.['ProviderARNs'], id) as string[];
  return { userPoolIds: arns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)), scopes };
}

function readGatewayResponse(id: string, properties: GatewayResponseProperties, resolve: Resolve): GatewayResponse {
  const { ResponseType: type, StatusCode: statusCode } = properties;
  const prefix = 'gatewayresponse.header.';
  const parameters = Object.entries(resolve(properties.ResponseParameters ?? {}, id) as Record<string, string>);
  return {
    type,
    ...(statusCode !== undefined && { statusCode: Number(statusCode) }),
    headers: Object.fromEntries(
      parameters.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
    ),
    templates: resolve(properties.ResponseTemplates ?? {}, id) as Record<string, string>,
  };
}

function only(template: Template, type: string): [logicalId: string, resource: Resource] {
  const [first, ...others] = all(template, type);
  if (!first || others.length > 0) {
    throw new Error(
      `the template has ${others.length + (first ? 1 : 0)} of ${type}; the embedded cloud runs exactly one`,
    );
  }
  return first;
}
