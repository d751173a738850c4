import { createHash } from 'node:crypto';

// CloudFormation gives a resource a random name when it creates it. Here a name is derived from the stack and the logical
// id, so that a restart finds its tables and buckets again without keeping a list. Each kind has the form that AWS gives
// it, because SDK clients and token verifiers check that form.

export const region = 'us-east-1';
export const accountId = '000000000000';

/** Where queues are on AWS; locally their URLs begin otherwise. */
export const sqsUrl = `https://sqs.${region}.amazonaws.com`;

const lowerAlphanumeric = '0123456789abcdefghijklmnopqrstuvwxyz';
const alphanumeric = `${lowerAlphanumeric}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** A name that is the same for the same seed, as random-looking as a hash, of at most 32 characters. */
function nameFrom(alphabet: string, length: number, seed: string): string {
  const digest = createHash('sha256').update(seed).digest().subarray(0, length);
  return Array.from(digest, (byte) => alphabet[byte % alphabet.length]).join('');
}

/** `us-east-1_` and nine letters and digits. */
export const userPoolId = (stackName: string, logicalId: string) =>
  `${region}_${nameFrom(alphanumeric, 9, `${stackName}/${logicalId}`)}`;

/** 26 lower-case letters and digits. */
export const userPoolClientId = (stackName: string, logicalId: string) =>
  nameFrom(lowerAlphanumeric, 26, `${stackName}/${logicalId}`);

/** `us-east-1:` and a UUID. */
export const identityPoolId = (stackName: string, logicalId: string) => {
  const hex = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return `${region}:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** 26 lower-case letters and digits. */
export const graphqlApiId = (stackName: string, logicalId: string) =>
  nameFrom(lowerAlphanumeric, 26, `${stackName}/${logicalId}`);

/** Ten lower-case letters and digits. */
export const restApiId = (stackName: string, logicalId: string) =>
  nameFrom(lowerAlphanumeric, 10, `${stackName}/${logicalId}`);

/** Lower-case letters, digits and hyphens, at most 63 characters: what S3 accepts. */
export const bucketName = (stackName: string, logicalId: string) =>
  `${stackName}-${logicalId}`.toLowerCase().slice(0, 50) +
  `-${nameFrom(lowerAlphanumeric, 12, `${stackName}/${logicalId}`)}`;

/** Tables, queues and functions: at most 64 characters, the function's limit and the smaller of the two. */
export const resourceName = (stackName: string, logicalId: string) => {
  const name = `${stackName}-${logicalId}`;
  return name.length <= 64
    ? name
    : `${name.slice(0, 51)}-${nameFrom(lowerAlphanumeric, 12, `${stackName}/${logicalId}`)}`;
};
