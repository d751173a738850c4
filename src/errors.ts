/** What went wrong, in terms of the caller's request. `src/api/problem.ts` maps each kind to one HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition'
  | 'too-large'
  | 'unsupported'
  | 'range'
  | 'rate-limited'
  | 'internal';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly title: string;
  /** What the caller should do about it, for the error catalogue. */
  readonly advice: string;
}

const catalogue = {
  AccountInactive: {
    kind: 'unauthenticated',
    title: 'The account is not active',
    advice: 'Ask an administrator to activate the account, then sign in again.',
  },
  AdminOnly: {
    kind: 'forbidden',
    title: 'Only administrators may do this',
    advice:
      'Ask an operator to make you one: datadock users set EMAIL --group admin. It holds from the next request on.',
  },
  AuthFailed: {
    kind: 'unauthenticated',
    title: 'The command line could not sign in',
    advice: 'Check the email and the password; the details say what else is asked for.',
  },
  ConfigurationError: {
    kind: 'internal',
    title: 'The service is not configured',
    advice: 'Tell the operator, who finds the missing setting in the log and deploys the stack again.',
  },
  CustomerNotFound: {
    kind: 'not-found',
    title: 'No such customer',
    advice: 'Take an id that stands in the table of customers or in that of the interactions.',
  },
  EmailNotConfirmed: {
    kind: 'forbidden',
    title: 'The email address is not confirmed',
    advice: 'Send the code from the email to POST /auth/confirm, then sign in.',
  },
  EventsUnreadable: {
    kind: 'invalid',
    title: 'The file of events cannot be read',
    advice: 'Give --file a file of rows epoch,"user-id","event" that you may read.',
  },
  FileBusy: {
    kind: 'conflict',
    title: 'The file is being replaced by others',
    advice: 'Try again in a moment; send If-Match to replace only the version that you have read.',
  },
  FileChanged: {
    kind: 'precondition',
    title: 'The file is another version than If-Match names',
    advice: 'Read the file and its ETag again, then replace that.',
  },
  FileExists: {
    kind: 'conflict',
    title: 'A file of that name exists',
    advice: 'Choose another name, or replace the file with PUT /files/{id}/content.',
  },
  FileNotFound: {
    kind: 'not-found',
    title: 'No such file',
    advice: 'Take the id from GET /files; ids of other users answer the same.',
  },
  FileUnreadable: {
    kind: 'invalid',
    title: 'The file cannot be read',
    advice: 'Give the path of a CSV file that you may read, or - for stdin.',
  },
  IdentityFailed: {
    kind: 'forbidden',
    title: 'The identity pool gives no credentials for the bucket of events',
    advice: 'Check that --outputs is of the deployment that the user belongs to; the details say what was refused.',
  },
  ImportInterrupted: {
    kind: 'conflict',
    title: 'The import was overtaken',
    advice: 'Import the file again: nothing was changed. This import paused too long, and another one began.',
  },
  ImportRejected: {
    kind: 'invalid',
    title: 'The file has lines that cannot be read',
    advice:
      'Mend the lines that the errors array names, from 1 with the header, and import again. Nothing was changed.',
  },
  ImportRunning: {
    kind: 'conflict',
    title: 'Another import is running',
    advice: 'Import again after the seconds in Retry-After.',
  },
  ImportTooLarge: {
    kind: 'too-large',
    title: 'The file is too large for one request',
    advice: 'Import it with the command line: datadock import KIND FILE takes files of any size.',
  },
  ImportUnreadable: {
    kind: 'invalid',
    title: 'The file to import cannot be read',
    advice: 'Give the name of a CSV file that you may read, of at most 5 GiB.',
  },
  InternalError: {
    kind: 'internal',
    title: 'Something failed on our side',
    advice: 'Try again; if it stays, report the request_id.',
  },
  InvalidCode: {
    kind: 'invalid',
    title: 'The code is not valid',
    advice:
      'Use the newest code from the email; POST /auth/resend mails another one, POST /auth/forgot one for a password.',
  },
  InvalidCredentials: {
    kind: 'unauthenticated',
    title: 'The email or the password is wrong',
    advice: 'Check both; passwords are case-sensitive. POST /auth/forgot mails a code for a new one.',
  },
  InvalidFileName: {
    kind: 'invalid',
    title: 'The file name cannot be used',
    advice: 'Use 1 to 255 UTF-8 bytes without control characters; not "." or "..".',
  },
  InvalidJson: {
    kind: 'invalid',
    title: 'The body is not JSON',
    advice: 'Send one JSON object, encoded in UTF-8.',
  },
  InvalidMultipart: {
    kind: 'invalid',
    title: 'The multipart body cannot be read',
    advice: 'Send multipart/form-data with exactly one file, in the field "file".',
  },
  InvalidRefreshToken: {
    kind: 'unauthenticated',
    title: 'The refresh token is not valid',
    advice: 'Sign in again.',
  },
  MapFailed: {
    kind: 'conflict',
    title: 'The map could not be processed',
    advice: 'Upload a file that is whole as a new map; GET /maps/{id}/status tells what is wrong with this one.',
  },
  MapNotFound: {
    kind: 'not-found',
    title: 'No such map',
    advice: "Check the id; another user's private map answers the same.",
  },
  MapNotProcessed: {
    kind: 'conflict',
    title: 'The map is not processed yet',
    advice: 'Wait for the seconds in Retry-After; GET /maps/{id}/status tells how far it is.',
  },
  MethodNotAllowed: {
    kind: 'method-not-allowed',
    title: 'The method is not allowed here',
    advice: 'Use one of the methods that the Allow header lists.',
  },
  NotReadyToDeploy: {
    kind: 'invalid',
    title: 'Nothing can be deployed yet',
    advice: 'Do what the message says, then run npm run deploy again.',
  },
  OutputsUnreadable: {
    kind: 'invalid',
    title: 'The command line does not know where Datadock runs',
    advice:
      'Run it in the folder of npm start, while that runs, or give --outputs the file that it or cdk deploy --outputs-file wrote.',
  },
  PasswordIsTemporary: {
    kind: 'forbidden',
    title: 'The password is a temporary one',
    advice: 'Ask an administrator for one of your own: datadock users set EMAIL PASSWORD.',
  },
  PasswordNotAccepted: {
    kind: 'invalid',
    title: 'The password does not follow the policy',
    advice: 'Use 12 or more characters, of any kind: several words are easy to keep in mind.',
  },
  PayloadTooLarge: {
    kind: 'too-large',
    title: 'The body is too large',
    advice:
      'Upload a file in parts: POST /uploads, which upload.href leads to. Of anything else send less; GET /limits names the most.',
  },
  QueueEmpty: {
    kind: 'not-found',
    title: 'The queue has no message',
    advice: 'Upload a map, or wait for the messages that others have taken.',
  },
  RangeNotSatisfiable: {
    kind: 'range',
    title: 'The range lies outside the file',
    advice: 'Start the range inside the file; GET /files shows its size.',
  },
  RebuildNeeded: {
    kind: 'conflict',
    title: 'The clean data must be made anew first',
    advice: 'Ask an operator to run datadock import --rebuild, then import again.',
  },
  RouteNotFound: {
    kind: 'not-found',
    title: 'No such route',
    advice: 'Check the path; every route starts with /api/v1, and GET /api/v1/docs shows them all.',
  },
  S3Denied: {
    kind: 'forbidden',
    title: 'The file of events may not be read',
    advice: 'Check --bucket: users may read the bucket of the output EventsBucket only.',
  },
  S3NotFound: {
    kind: 'not-found',
    title: 'There is no such file of events',
    advice: 'Check --bucket and --key; keys are compared letter by letter.',
  },
  S3Unavailable: {
    kind: 'internal',
    title: 'The file of events could not be read to its end',
    advice: 'Try again; if it stays, check the network.',
  },
  SecondStepRequired: {
    kind: 'forbidden',
    title: 'The sign-in asks for a second step',
    advice: 'Use a user who signs in by password alone, or ask your administrator for one.',
  },
  SmokeFailed: {
    kind: 'internal',
    title: 'The deployment does not answer as it should',
    advice: 'Read in the lines before which answers are wrong; docs/operations.md says how to roll back.',
  },
  TooManyAttempts: {
    kind: 'rate-limited',
    title: 'Too many attempts',
    advice: 'Wait for the seconds in Retry-After.',
  },
  TooManyRequests: {
    kind: 'rate-limited',
    title: 'Too many requests',
    advice: 'Wait for the seconds in Retry-After, then send fewer at a time.',
  },
  Unauthenticated: {
    kind: 'unauthenticated',
    title: 'The token is missing or not valid',
    advice: 'Send "Authorization: Bearer" with the access_token from POST /auth/login.',
  },
  UnknownTopic: {
    kind: 'invalid',
    title: 'There is no such topic',
    advice: 'Take one of the topics that the detail lists.',
  },
  UnsupportedFileType: {
    kind: 'unsupported',
    title: 'The file is not text',
    advice: 'Save the spreadsheet as CSV and upload that.',
  },
  UnsupportedMediaType: {
    kind: 'unsupported',
    title: 'The Content-Type is not supported here',
    advice: 'Send the Content-Type that the detail names.',
  },
  UploadIncomplete: {
    kind: 'conflict',
    title: 'Parts of the upload are missing',
    advice: 'Send the parts that GET /uploads/{id} does not show as received to their URLs.',
  },
  UploadMismatch: {
    kind: 'conflict',
    title: 'The upload is not what was announced',
    advice: 'Check size and checksum_crc32 against the file; start a new upload with the right ones.',
  },
  UploadNotFound: {
    kind: 'not-found',
    title: 'No such upload',
    advice: 'Start a new one with POST /uploads: this one was completed or aborted, or is older than 7 days.',
  },
  UseLink: {
    kind: 'invalid',
    title: 'The answer would be too large',
    advice: 'Take a URL without this limit from POST /files/{id}/link, or ask for a Range.',
  },
  UserNotFound: {
    kind: 'not-found',
    title: 'No such user',
    advice: 'Create the user with datadock users set EMAIL PASSWORD.',
  },
  UsersUnavailable: {
    kind: 'internal',
    title: 'The directory of users does not answer',
    advice: 'Check --graphql-url, or try again later. The days are right, every role that is missing is unknown.',
  },
  ValidationFailed: {
    kind: 'invalid',
    title: 'The request is not valid',
    advice: 'Mend each value that the errors array points at; it says what would be right.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof catalogue;

/** Every code that an answer or the command line can carry, save the S3 Select codes of a query. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = catalogue;

/** One fault among several in a request: where, by a JSON pointer into what was sent or a line of a file, and what. */
export type Fault = FaultInValue | FaultInLine;

export interface FaultInValue {
  readonly pointer: string;
  readonly detail: string;
}

export interface FaultInLine {
  /** From 1, the header included. */
  readonly line: number;
  readonly detail: string;
}

interface ErrorDetails {
  /** What the log shows; the caller never sees it. */
  readonly cause?: unknown;
  readonly faults?: readonly Fault[];
  readonly retryAfterSeconds?: number;
  /** Headers the answer must carry, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure that the caller is told about: a stable code and a message that says what is wrong and what would be right. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = errorCatalogue[code].kind;
    this.details = details;
  }
}
