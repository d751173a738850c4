import { AppError } from './errors';

/** The limits that users are promised. `GET /limits` shows those that concern a client. */
export const limits = {
  /** The largest file of a direct upload: base64 makes it 5.6 MB, which fits Lambda's payload of 6 MB. */
  directUploadBytes: 4 * 1024 * 1024,
  /** The largest body of one: a form has headers and boundaries around the file. */
  directBodyBytes: 4 * 1024 * 1024 + 64 * 1024,
  /** The largest JSON body. A query's text alone may be 256 KB. */
  jsonBodyBytes: 1024 * 1024,
  /** The largest file, in parts. */
  uploadBytes: 50 * 1024 ** 3,
  /** A part's size, unless there would be too many of them. */
  partBytes: 8 * 1024 * 1024,
  /** So that one page of S3's listing shows them all. */
  uploadParts: 1000,
  /** After which S3 removes what was not completed. */
  uploadDays: 7,
  /** How long the URL of a part can be used. */
  partUrlSeconds: 3600,
  /** How long a link to a file can be used, at most. */
  linkSeconds: 300,
  /** The most that a streamed answer carries; Lambda's own limit is 200 MB. */
  streamBytes: 190_000_000,
  /**
   * The most customers that an imported table may name in one request: so much ends within API Gateway's 29 seconds, also on
   * a new table, which takes 4 000 writes a second.
   */
  importCustomers: 10_000,
  pageItems: 1000,
  /** Of a page that is asked for without a limit. */
  defaultPageItems: 100,
  /** Of all callers together; API Gateway turns the others away. */
  requestsPerSecond: 50,
  /** At once, after a quiet second. */
  requestBurst: 100,
  /** Length is what counts: classes of characters make passwords predictable. Source: NIST SP 800-63B, section 5.1.1.2. */
  passwordCharacters: 12,
  /** Cognito's own. */
  passwordMaxCharacters: 256,
  /** Cognito's own, of a username. */
  emailCharacters: 128,
  accessTokenHours: 1,
  refreshTokenDays: 30,
  /** How long a map's processor may take, twenty seconds, six times over: as long is its message invisible to others. */
  mapVisibilitySeconds: 120,
  /** Of messages that the processor is given at once. */
  mapBatch: 5,
  /** How often a map's message is received before it is a dead letter. */
  mapReceives: 5,
  fileNameBytes: 255,
  /** Entries of one report of late files. */
  slaEntries: 100,
  /** An entry as JSON with both forms of its dates, which is never smaller than its item: DynamoDB takes 400 KB. */
  slaEntryBytes: 300 * 1024,
  /** A folder's path; with the account's id it fits DynamoDB's partition key of 2048 bytes. */
  slaFolderBytes: 1024,
  /** A file's name: 255 UTF-16 units, which Windows allows, at three bytes each. */
  slaFileNameBytes: 765,
  /** Ten years. */
  slaMinutes: 5_256_000,
} as const;

/** Of every function: CPU comes with memory, and it is CPU that a cold start and a query wait for. */
export const functionMegabytes = 1024;

/** How long versions of objects that were deleted or replaced are kept. */
export const deletedVersionDays = 30;

/** The API's stage in API Gateway and the version below it: every path starts with `/api/v1`. */
export const stageName = 'api';
export const versionPath = '/v1';
export const basePath = `/${stageName}${versionPath}`;

export const slaErrorsTableName = 'FileSlaErrors';
/** By what the reports can be listed, in the order in which they came. */
export const slaErrorsIndexes = {
  byOwner: { name: 'ByOwner', partitionKey: 'Owner' },
  byFolder: { name: 'ByFolder', partitionKey: 'OwnerFolder' },
} as const;
/** The index of the `Maps` table that lists a home's maps by the time of their upload. */
export const mapsByHome = 'by_home';

/**
 * What a route may need from the cloud, and the settings that tell its function where to find it.
 * The stack grants the permission and sets the variables of a need in one place, `lib/needs.ts`.
 */
export const settingsOfNeed = {
  'accounts:read': ['ACCOUNTS_TABLE'],
  'accounts:write': ['ACCOUNTS_TABLE'],
  'files:delete': ['FILES_BUCKET'],
  'files:list': ['FILES_BUCKET'],
  'files:query': ['FILES_BUCKET', 'QUERY_ENGINE'],
  'files:read': ['FILES_BUCKET'],
  'files:upload': ['FILES_BUCKET'],
  'files:write': ['FILES_BUCKET'],
  'identity:manage': ['COGNITO_USER_POOL_ID'],
  'identity:use': ['COGNITO_CLIENT_ID'],
  'interactions:import': ['INTERACTIONS_TABLE', 'LANDING_BUCKET'],
  'interactions:read': ['INTERACTIONS_TABLE'],
  'sla-errors:read': ['DYNAMODB_TABLE'],
  'sla-errors:write': ['DYNAMODB_TABLE'],
  'maps:create': ['MAPS_BUCKET', 'MAPS_TABLE'],
  'maps:download': ['MAPS_BUCKET'],
  'maps:find': ['MAPS_TABLE'],
  'maps:list': ['MAPS_TABLE'],
  'maps:remove': ['MAPS_BUCKET'],
  'maps:update': ['MAPS_TABLE'],
  'tokens:verify': ['COGNITO_USER_POOL_ID'],
} as const satisfies Record<string, readonly string[]>;

/** What answers queries: the engine of this house, or S3 itself, in the accounts that still have S3 Select. */
export const queryEngines = ['builtin', 's3select'] as const;
export type QueryEngine = (typeof queryEngines)[number];

export type Need = keyof typeof settingsOfNeed;
/** The queue of maps is read by the command line alone: Lambda itself hands its messages to the processor. */
export type SettingName = (typeof settingsOfNeed)[Need][number] | 'MAPS_QUEUE_URL';

/** The value of a setting of this function. Throws AppError ConfigurationError when the environment lacks it. */
export function setting(name: SettingName): string {
  const value = process.env[name];
  if (!value) {
    throw new AppError(
      'ConfigurationError',
      'The service is not configured. Its operator finds the reason in the log.',
      {
        cause: new Error(`the environment variable ${name} is not set`),
      },
    );
  }
  return value;
}

/** The web pages that may call: `ALLOWED_ORIGINS`, origins parted by commas, or `*`. Without it none may. */
export const allowedOrigins = (): readonly string[] => (process.env['ALLOWED_ORIGINS'] ?? '').split(',');
