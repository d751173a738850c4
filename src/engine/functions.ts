import { dateFunctions } from './date-functions';
import type { ScalarFunction } from './scalar-function';
import { textFunctions } from './text-functions';
import type { FunctionName } from './words';

/** COALESCE and NULLIF are not among them: they take NULL, and `compile.ts` knows them as it knows CASE. */
export const scalarFunctions: Readonly<Record<Exclude<FunctionName, 'COALESCE' | 'NULLIF'>, ScalarFunction>> = {
  ...textFunctions,
  ...dateFunctions,
};
