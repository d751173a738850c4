/**
 * An error in SQS's own words: SDK clients of the JSON protocol tell errors apart by `type`, those of the query protocol,
 * and programs written for it, by `queryCode`. Source: SQS API reference, "Common Errors" and each action's errors.
 */
export class SqsError extends Error {
  readonly type: string;
  readonly queryCode: string;

  constructor(type: string, message: string, queryCode = type) {
    super(message);
    this.type = type;
    this.queryCode = queryCode;
  }
}

/** An error whose code in the query protocol has a prefix. */
const prefixed = (type: string, message: string): SqsError =>
  new SqsError(type, message, `AWS.SimpleQueueService.${type}`);

export const queueDoesNotExist = (): SqsError =>
  new SqsError('QueueDoesNotExist', 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue');

export const queueNameExists = (attribute: string): SqsError =>
  new SqsError(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    'QueueAlreadyExists',
  );

export const invalidValue = (parameter: string, reason: string): SqsError =>
  new SqsError(
    'InvalidParameterValueException',
    `Value for parameter ${parameter} is invalid. Reason: ${reason}`,
    'InvalidParameterValue',
  );

export const missing = (parameter: string): SqsError =>
  new SqsError(
    'MissingRequiredParameterException',
    `The request must contain the parameter ${parameter}.`,
    'MissingParameter',
  );

export const invalidAttributeName = (name: string): SqsError =>
  new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

export const invalidAttributeValue = (name: string): SqsError =>
  new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);

export const invalidContents = (): SqsError =>
  new SqsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );

export const receiptHandleIsInvalid = (): SqsError =>
  new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');

export const messageNotInflight = (): SqsError =>
  prefixed('MessageNotInflight', 'The message is not in flight: its visibility timeout has passed, or it was deleted.');

export const overLimit = (maxInFlight: number): SqsError =>
  new SqsError('OverLimit', `The queue has ${maxInFlight} messages in flight already.`);

export const purgeInProgress = (queue: string): SqsError =>
  prefixed('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`);

export const unsupported = (message: string): SqsError => prefixed('UnsupportedOperation', message);

export const batchError = (
  type:
    | 'EmptyBatchRequest'
    | 'TooManyEntriesInBatchRequest'
    | 'BatchEntryIdsNotDistinct'
    | 'InvalidBatchEntryId'
    | 'BatchRequestTooLong',
  message: string,
): SqsError => prefixed(type, message);
