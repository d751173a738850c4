import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { root } from '../server';

// `openapi.yaml` as its readers have it: what each operation takes, and what it may answer. Nothing here looks at the route
// table that the file was made from.

export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface MediaType {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface DescribedResponse {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

export interface Operation extends DescribedOperation {
  readonly method: string;
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document: Document = parse(readFileSync(join(root, 'openapi.yaml'), 'utf8'));

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ ...described, method: method.toUpperCase(), path })),
);

export const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
};

/** The operation that a path leads to, read as a URL is; undefined where the document knows none. */
export function operationOf(method: string, target: string): Operation | undefined {
  const path = URL.canParse(target, 'http://host') ? new URL(target, 'http://host').pathname : '';
  const segments = path
    .replace(/^\/api\/v1\//, '')
    .replace(/\/$/, '')
    .split('/');
  const fits = ({ path: template }: Operation) => {
    const parts = template.slice(1).split('/');
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
    );
  };
  if (!path.startsWith('/api/v1/')) return undefined;
  return operations.filter((operation) => operation.method === method && fits(operation)).sort(bySpecificity)[0];
}

const bySpecificity = (a: Operation, b: Operation) => a.path.split('{').length - b.path.split('{').length;

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats(ajv);
ajv.addSchema(document, 'openapi');

const validators = new Map<string, ValidateFunction>();

/** What is wrong with a value by a schema of the document, named by its place. */
function faultBySchema(place: string, value: unknown): string | undefined {
  const validate = validators.get(place) ?? ajv.compile({ $ref: `openapi#${place}` });
  validators.set(place, validate);
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' });
}

const escaped = (step: string) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

export const faultOfProblem = (value: unknown) => faultBySchema('/components/schemas/Problem', value);

export interface Described {
  readonly codes: readonly string[];
  /** What is wrong with a JSON body. */
  readonly faultOf: (body: unknown) => string | undefined;
}

/** What the document says of an operation's answer, of this status and media type; undefined where it says nothing. */
export function describedAnswer(operation: Operation, status: number, mediaType: string): Described | undefined {
  const content = operation.responses[status]?.content ?? {};
  const name = [mediaType, `${mediaType.split('/')[0]}/*`, '*/*'].find((each) => each in content);
  if (name === undefined) return undefined;
  const place = ['paths', operation.path, operation.method.toLowerCase(), 'responses', String(status), 'content', name];
  return {
    codes: Object.keys(content[name]?.examples ?? {}),
    faultOf: (body) => faultBySchema(`/${[...place, 'schema'].map(escaped).join('/')}`, body),
  };
}
