import type { AnyOperation } from './operation';
import * as accounts from './operations/accounts';
import * as files from './operations/files';
import * as interactions from './operations/interactions';
import * as maps from './operations/maps';
import * as slaErrors from './operations/sla-errors';
import * as uploads from './operations/uploads';

const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === 'object' && value !== null && 'draw' in value && 'apply' in value;

/** All that users may do, by name. */
export const operations: Readonly<Record<string, AnyOperation>> = Object.fromEntries(
  [accounts, files, uploads, maps, slaErrors, interactions].flatMap((those) =>
    Object.entries(those).filter((entry): entry is [string, AnyOperation] => isOperation(entry[1])),
  ),
);
