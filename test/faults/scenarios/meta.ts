import { routes } from '../../../src/api/routes';
import type { Scenario } from '../scenario';

/** What asks nothing of the cloud. */
const keys = ['limits', 'health', 'openapi', 'docs', 'interactions/page'];

export const metaScenarios: readonly Scenario[] = [
  ...routes
    .filter(({ key }) => keys.includes(key))
    .map(
      ({ key }): Scenario => ({
        handler: key,
        name: 'anyone',
        prepare: async (world) => ({ send: () => world.call(key, { requestContext: {}, headers: {} }) }),
      }),
    ),
  {
    handler: 'me',
    name: 'a signed-in user',
    prepare: async (world) => ({ send: () => world.call('me') }),
  },
];
