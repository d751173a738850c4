/**
 * What AWS asks, in US dollars, in us-east-1, by the pages of prices as they were known at the end of 2025. Written down without
 * a network: check them at aws.amazon.com/pricing before you rely on them. Free tiers are left out.
 */
export const prices = {
  /** REST API; an answer that is streamed counts as one request for each 10 MB. */
  gatewayPerRequest: 3.5 / 1e6,
  lambdaPerRequest: 0.2 / 1e6,
  lambdaPerGigabyteSecond: 0.0000133334,
  dynamoPerReadUnit: 0.125 / 1e6,
  dynamoPerWriteUnit: 0.625 / 1e6,
  s3PerRead: 0.4 / 1e6,
  /** PUT, POST and every listing. */
  s3PerWrite: 5 / 1e6,
  sqsPerRequest: 0.4 / 1e6,
  logsPerGigabyte: 0.5,
  tracePerRequest: 5 / 1e6,
} as const;

interface CallCost {
  readonly dollars: number;
  /** How long the call is taken to last, seen from a function beside the service: an assumption, not measured. */
  readonly milliseconds: number;
}

const read: CallCost = { dollars: prices.dynamoPerReadUnit, milliseconds: 6 };
const write: CallCost = { dollars: prices.dynamoPerWriteUnit, milliseconds: 8 };
const s3Read: CallCost = { dollars: prices.s3PerRead, milliseconds: 25 };
const s3Write: CallCost = { dollars: prices.s3PerWrite, milliseconds: 50 };
const queue: CallCost = { dollars: prices.sqsPerRequest, milliseconds: 0 };
/** Users are paid for by the month, not by the call. */
const users: CallCost = { dollars: 0, milliseconds: 150 };

/** One unit each: an item of at most 4 KB read, of at most 1 KB written. */
export const callCosts = {
  'cognito:AdminGetUser': users,
  'cognito:AdminUserGlobalSignOut': users,
  'cognito:ConfirmForgotPassword': users,
  'cognito:ConfirmSignUp': users,
  'cognito:ForgotPassword': users,
  'cognito:InitiateAuth': users,
  'cognito:ResendConfirmationCode': users,
  'cognito:SignUp': users,
  'dynamodb:BatchWriteItem': write,
  'dynamodb:GetItem': read,
  'dynamodb:PutItem': write,
  'dynamodb:Query': read,
  'dynamodb:UpdateItem': write,
  's3:AbortMultipartUpload': { dollars: 0, milliseconds: 25 },
  's3:CompleteMultipartUpload': s3Write,
  's3:CreateMultipartUpload': s3Write,
  's3:DeleteObject': { dollars: 0, milliseconds: 25 },
  's3:GetObject': s3Read,
  's3:HeadObject': s3Read,
  's3:ListObjectsV2': s3Write,
  's3:ListParts': s3Write,
  's3:PutObject': s3Write,
  // The poller of Lambda receives and deletes, ten messages a call at best: here one.
  'sqs:DeleteMessage': queue,
  'sqs:ReceiveMessage': queue,
} as const satisfies Record<string, CallCost>;

export type Call = keyof typeof callCosts;

/** What a function does by itself: parsing, checking, logging. An assumption too. */
export const ownMilliseconds = 10;

/** Log lines of a request: the function's one, Lambda's own two, the access log's one. */
export const logBytes = 1500;

/** X-Ray's default: the first request of each second, and one in twenty of the rest. */
export const tracedShare = 0.05;
