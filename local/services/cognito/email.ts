/** The check of `<input type="email">`: ASCII only, so no two addresses differ by characters that merely look alike. */
const emailPattern =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export const isEmail = (text: string): boolean => emailPattern.test(text);

/** Folds the case of ASCII letters alone: `toLowerCase` would make a plain `k` of the Kelvin sign. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** `jie@example.com` as `j***@e***`, the way Cognito says where a code went. */
export const maskEmail = (email: string): string => email.replace(/^(.).*@(.).*$/, '$1***@$2***');

/** Where a code went, as Cognito tells it. */
export const deliveryTo = (email: string): object => ({
  Destination: maskEmail(email),
  DeliveryMedium: 'EMAIL',
  AttributeName: 'email',
});
