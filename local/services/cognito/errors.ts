import { ServiceError } from '../json-protocol';

export class CognitoError extends ServiceError {}

export const invalidParameter = (message: string): CognitoError =>
  new CognitoError('InvalidParameterException', message);

export const notAuthorized = (message: string): CognitoError => new CognitoError('NotAuthorizedException', message);

export const userDisabled = (): CognitoError => notAuthorized('User is disabled.');

export const notFound = (message: string): CognitoError => new CognitoError('ResourceNotFoundException', message);

export const userNotFound = (): CognitoError => new CognitoError('UserNotFoundException', 'User does not exist.');

export const limitExceeded = (): CognitoError =>
  new CognitoError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');

export const clientNotFound = (id: string): CognitoError => notFound(`User pool client ${id} does not exist.`);
