// Starts Cognito in a process of its own, for the contract suites: `service-process.ts FOLDER`. Prints its URL. Its codes
// are mailed to nobody.
import { startCognito } from '../../../../local/services/cognito/cognito';
import { aPool, credentials, region } from './fixture';

const [, , dir = ''] = process.argv;
startCognito({ dir, region, pools: [aPool()], deliver: () => {}, credentials }).then(({ url }) => console.log(url));
