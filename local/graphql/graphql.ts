import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { JwtExpiredError } from 'aws-jwt-verify/error';
import { GraphQLError } from 'graphql';
import { createTokenVerifier, KeysUnavailable } from '../gateway/token-verifier';
import type { GraphqlConfig } from '../template/graphql';
import { createFaults, type FaultSettings } from './faults';
import { answerWithFault } from './faulty-answer';
import { loadResolver, ResolverError } from './resolver';
import { resolveField } from './table-source';
import { createSchema, createYoga } from './yoga.cjs';

export interface GraphqlOptions {
  readonly config: GraphqlConfig;
  /** What the client of the embedded DynamoDB is made with. */
  readonly dynamodb: DynamoDBClientConfig;
  readonly cognitoUrl: string;
  /** @default none */
  readonly faults?: FaultSettings;
}

export interface Graphql {
  readonly listener: RequestListener;
  close(): void;
}

/** AppSync's own. Source: AppSync endpoints and quotas, "Request size". */
const maxRequestBytes = 1024 * 1024;

/**
 * AppSync on the wire: the template's schema and resolvers, run by graphql-yoga over the embedded DynamoDB, for users
 * whose token is in the Authorization header, without the word Bearer, as AppSync has it. With faults, some requests of
 * users fail in one of the ways of `faults.ts`.
 */
export function createGraphql({ config, dynamodb, cognitoUrl, faults }: GraphqlOptions): Graphql {
  const client = new DynamoDBClient(dynamodb);
  const yoga = createYoga({
    schema: createSchema({ typeDefs: config.schema, resolvers: resolversOf(config, client) }),
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    multipart: false,
    logging: false,
    maskedErrors: { maskError },
  });
  const authorize = createAuthorizer(config, cognitoUrl);
  const nextFault = faults ? createFaults(faults) : () => undefined;

  const listener: RequestListener = async (request, response) => {
    try {
      const method = request.method ?? '';
      if (method !== 'OPTIONS') {
        if (method !== 'POST')
          throw new Refusal(405, 'BadRequestException', 'Send a POST.', { allow: 'POST, OPTIONS' });
        await authorize(request.headers.authorization);
      }
      const good = await yoga.fetch(await webRequest(request, method));
      const body = await good.text();
      const fault = method === 'POST' ? nextFault() : undefined;
      if (fault) answerWithFault(fault, response, body);
      else response.writeHead(good.status, Object.fromEntries(good.headers)).end(body);
    } catch (error) {
      if (!request.destroyed || request.complete) refuse(response, error);
    }
  };
  return { listener, close: () => client.destroy() };
}

function resolversOf({ resolvers }: GraphqlConfig, dynamodb: DynamoDBClient) {
  const byType: Record<string, Record<string, (source: unknown, args: Record<string, unknown>) => unknown>> = {};
  for (const { typeName, fieldName, code, tableName } of resolvers) {
    const resolver = loadResolver(code, `${typeName}.${fieldName}.js`);
    byType[typeName] = {
      ...byType[typeName],
      [fieldName]: (source, args) => resolveField(resolver, { args, source }, { dynamodb, tableName }),
    };
  }
  return byType;
}

/** Errors of resolvers are shown, and AppSync's `errorType` as an extension; those of the query itself are as they are. */
function maskError(error: unknown): Error {
  if (!(error instanceof GraphQLError)) return new GraphQLError('Internal failure');
  const { originalError, nodes, path } = error;
  if (!originalError) return error;
  const { message, type } =
    originalError instanceof ResolverError ? originalError : { message: 'Internal failure', type: 'InternalFailure' };
  return new GraphQLError(message, { nodes, path, extensions: { errorType: type } });
}

/** An answer before the query was looked at. */
class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

const unauthorized = (message: string) => new Refusal(401, 'UnauthorizedException', message);

/** Access and ID tokens are both good. Source: AppSync developer guide, "AMAZON_COGNITO_USER_POOLS authorization". */
function createAuthorizer({ userPoolId, clientPattern }: GraphqlConfig, cognitoUrl: string) {
  const verifier = createTokenVerifier([userPoolId], cognitoUrl);
  const isClient = new RegExp(`^(?:${clientPattern ?? '.*'})$`);
  return async (token: string | undefined): Promise<void> => {
    if (!token) throw unauthorized('Missing authorization header');
    try {
      const claims = await verifier.verify(token, { clientId: null, tokenUse: null });
      if (!isClient.test(String(claims['client_id'] ?? claims['aud']))) throw unauthorized('Unauthorized client');
    } catch (error) {
      if (error instanceof Refusal || error instanceof KeysUnavailable) throw error;
      if (error instanceof JwtExpiredError) throw unauthorized('Token has expired.');
      throw unauthorized('Unable to parse JWT token.');
    }
  };
}

async function webRequest(request: IncomingMessage, method: string): Promise<Request> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return new Request('http://localhost/graphql', {
    method,
    headers,
    ...(method === 'POST' && { body: await read(request) }),
  });
}

async function read(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection stays open, to answer on, when the reading stops early.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes) throw new Refusal(413, 'RequestEntityTooLarge', 'The request is larger than 1 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, error: unknown): void {
  const known = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', 'The embedded AppSync failed.');
  if (known !== error) console.error(error);
  if (!response.req.complete) response.shouldKeepAlive = false; // The rest of the body will not be read.
  response
    .writeHead(known.status, { ...known.headers, 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ errorType: known.type, message: known.message }] }));
}
