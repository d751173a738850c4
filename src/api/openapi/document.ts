import type * as z from 'zod';
import { basePath } from '../../config';
import { headersOfAnswer } from '../answer-headers';
import { type BytesBody, isBytes, type Route } from '../route';
import { headerComponents, headerReferences } from './headers';
import { problemExamples, problemResponses, problemSchema } from './problems';
import { type Json, Schemas } from './schemas';

/** How the rows are grouped: by the folder of their doors. */
const tags: Readonly<Record<string, string>> = {
  auth: 'Accounts: signing up, in and out.',
  files: 'CSV files and questions to them.',
  uploads: 'Uploads in parts, of large files.',
  'sla-errors': 'Reports of files that broke the service level of their folder.',
  interactions: 'How often customers were in touch, and how far the numbers can be trusted.',
  imports: 'Tables of customers, their interactions and the products of discussion.',
  maps: 'Maps that are processed, then shared with guests.',
  service: 'The service itself.',
};
export const tagOf = ({ key }: Route): string => (key.includes('/') ? (key.split('/')[0] ?? '') : 'service');

/** Where a reader of the file finds the API; the API itself says that it is where it is. */
export const knownServers = [
  { url: `http://127.0.0.1:3000${basePath}`, description: 'npm start' },
  {
    url: `https://{api}.execute-api.{region}.amazonaws.com${basePath}`,
    description: 'cdk deploy: the output ApiUrl',
    variables: { api: { default: 'api' }, region: { default: 'us-east-1' } },
  },
];

/** The OpenAPI 3.1 document of the route table. */
export function openApiDocument(routes: readonly Route[], servers: readonly Json[] = [{ url: basePath }]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const row of routes) {
    paths[row.path] = { ...paths[row.path], [row.method.toLowerCase()]: operation(row, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Datadock',
      version: '1',
      summary: 'Bring data files, get answers.',
      description:
        'Every answer carries X-Request-Id; every failure is a problem document (RFC 9457) with a stable `code`. Bodies are JSON in snake_case; unknown fields and unknown query parameters are refused. A method that a path does not have is 405 with Allow, an unknown path 404. Answers are not to be cached, save pages, which are to be asked for again with their ETag.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers,
    tags: Object.entries(tags)
      .filter(([name]) => routes.some((row) => tagOf(row) === name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The access_token of POST /auth/login.' },
      },
      headers: headerComponents,
      schemas: { Problem: problemSchema, ...schemas.named },
      examples: problemExamples(routes),
    },
  };
}

function operation(row: Route, schemas: Schemas): Json {
  return {
    operationId: row.key.replaceAll(/\/(\w)/g, (_, letter: string) => letter.toUpperCase()),
    summary: row.summary,
    tags: [tagOf(row)],
    security: securityOf(row),
    parameters: [
      ...parameters('path', row.pathParameters, schemas, row.example.path),
      ...parameters('query', row.queryParameters, schemas, row.example.query),
      ...Object.entries(row.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(row.body && { requestBody: { required: true, content: requestContent(row, row.body, schemas) } }),
    responses: { ...successes(row, schemas), ...problemResponses(row) },
  };
}

/** A guest sends a token or none. */
const securityOf = ({ access }: Route): readonly Json[] =>
  access === 'open' ? [] : [...(access === 'guest' ? [{}] : []), { bearer: [] }];

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: Schemas, example: Json = {}) {
  const { properties = {}, required = [] } = schema ? (schemas.of(schema, 'input') as ObjectSchema) : {};
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    required: place === 'path' || required.includes(name),
    schema: property,
    ...(name in example ? { example: example[name] } : {}),
  }));
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

function requestContent({ example }: Route, body: NonNullable<Route['body']>, schemas: Schemas): Json {
  if (!isBytes(body)) return { 'application/json': { schema: schemas.of(body, 'input'), example: example.body } };
  return Object.fromEntries(
    body.mediaTypes.map((type) => [
      type,
      type === 'multipart/form-data'
        ? { schema: formSchema(body, schemas), example: { file: 'town,inhabitants\nBergen,291940\n' } }
        : type === 'text/csv'
          ? { schema: { type: 'string' }, example: example.body }
          : { schema: binary },
    ]),
  );
}

function formSchema({ fields }: BytesBody, schemas: Schemas): Json {
  const { properties = {} } = fields ? (schemas.of(fields, 'input') as ObjectSchema) : {};
  return {
    type: 'object',
    required: ['file'],
    properties: { file: binary, ...properties },
    additionalProperties: false,
  };
}

/** Bytes of any kind, of which JSON alone has a shape: rows, each an object. */
const streamed = (mediaType: string): Json =>
  mediaType === 'application/json' ? { type: 'array', items: { type: 'object' } } : { type: 'string' };

const binary = { type: 'string', contentMediaType: 'application/octet-stream' };

const successDescriptions: Readonly<Record<number, string>> = {
  200: 'Done.',
  206: 'The part that Range asks for.',
  304: 'You hold the newest version.',
};

function successes({ reply, replyHeaders = [], example, ...row }: Route, schemas: Schemas): Json {
  return Object.fromEntries(
    successStatuses(row).map((status) => [
      status,
      {
        description: successDescriptions[status],
        headers: headerReferences(headersOfAnswer(status, { ofRow: replyHeaders, codes: [] })),
        ...(status === 304 ? {} : content()),
      },
    ]),
  );

  function content(): Json {
    switch (reply.kind) {
      case 'headers':
        return {};
      case 'json':
        return {
          content: { 'application/json': { schema: schemas.of(reply.schema, 'output'), example: example.reply } },
        };
      case 'stream':
        return {
          content: Object.fromEntries(
            reply.mediaTypes.map((type, index) => [
              type,
              { schema: streamed(type), ...(index === 0 ? { example: example.reply } : {}) },
            ]),
          ),
        };
    }
  }
}

/** The statuses of what succeeds: 206 and 304 where the request's own headers ask for them. */
export const successStatuses = ({ headers = {} }: Pick<Route, 'headers'>): readonly number[] => [
  200,
  ...('Range' in headers ? [206] : []),
  ...('If-None-Match' in headers ? [304] : []),
];
