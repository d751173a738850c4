import { util } from '@aws-appsync/utils';

// Reconstructed, as the schema is. Runs in AppSync (APPSYNC_JS 1.0.0), and in `npm start` as it is: the language of both is
// what AppSync allows, so there is no async, no try and no throw.

/** Reads one item of the table of users. */
export function request(ctx) {
  return { operation: 'GetItem', key: { id: { S: ctx.args.id } } };
}

/** Null where there is none. */
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
