// Starts S3 in a process of its own, for the tests that kill it: `service-process.ts FOLDER`. Prints its URL.
import { startS3 } from '../../../../local/services/s3/s3';

const [, , dir = ''] = process.argv;
const credentials = {
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
};
startS3({ dir, credentials, region: process.env['AWS_REGION'] ?? '' }).then(({ url }) => console.log(url));
