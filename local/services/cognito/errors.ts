/** An error in Cognito's own words: SDK clients tell errors apart by `type`, and some programs by the message. */
export class CognitoError extends Error {
  readonly type: string;

  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

export const invalidParameter = (message: string): CognitoError =>
  new CognitoError('InvalidParameterException', message);

export const notAuthorized = (message: string): CognitoError => new CognitoError('NotAuthorizedException', message);

export const userDisabled = (): CognitoError => notAuthorized('User is disabled.');

export const notFound = (message: string): CognitoError => new CognitoError('ResourceNotFoundException', message);

export const userNotFound = (): CognitoError => new CognitoError('UserNotFoundException', 'User does not exist.');

export const limitExceeded = (): CognitoError =>
  new CognitoError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');

export const clientNotFound = (id: string): CognitoError => notFound(`User pool client ${id} does not exist.`);
