// Starts SQS in a process of its own, for the tests that kill it and the contract: `service-process.ts FOLDER`. Prints its URL.
import { startSqs } from '../../../../local/services/sqs/sqs';
import { accountId, credentials, region } from './fixture';

const [, , dir = ''] = process.argv;
startSqs({ dir, credentials, region, accountId }).then(({ url }) => console.log(url));
