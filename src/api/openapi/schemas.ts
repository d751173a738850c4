import * as z from 'zod';

export type Json = Readonly<Record<string, unknown>>;

/** JSON Schemas of zod's; those that have an id are gathered under `components/schemas`. */
export class Schemas {
  readonly named: Record<string, unknown> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => tidy(jsonSchema, io) });
    for (const [name, { id, ...definition }] of Object.entries($defs)) this.named[name] = lifted(definition);
    return lifted(rest);
  }
}

function tidy(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  // Requests are refused for what is not known; answers may grow.
  if (io === 'output') delete schema.additionalProperties;
  // What the format says already.
  if (schema.format === 'date' || schema.format === 'date-time') delete schema.pattern;
  // The pattern is HTML's, which takes addresses that the format, RFC 5321's, does not.
  if (schema.format === 'email') delete schema.format;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** zod keeps definitions beside the schema; in the document all stand in one place. */
const lifted = (schema: object): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
