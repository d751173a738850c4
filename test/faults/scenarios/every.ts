import type { Scenario } from '../scenario';
import { authScenarios } from './auth';
import { commandScenarios } from './commands';
import { fileScenarios } from './files';
import { interactionScenarios } from './interactions';
import { mapScenarios } from './maps';
import { metaScenarios } from './meta';
import { slaErrorScenarios } from './sla-errors';
import { uploadScenarios } from './uploads';

export const scenarios: readonly Scenario[] = [
  ...authScenarios,
  ...fileScenarios,
  ...uploadScenarios,
  ...slaErrorScenarios,
  ...interactionScenarios,
  ...mapScenarios,
  ...metaScenarios,
  ...commandScenarios,
];
