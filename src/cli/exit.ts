/** What the shell is told. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** There is an answer, and something is missing from it. */
  partial: 3,
  /** The user could not be signed in. */
  auth: 4,
  /** There was nothing to do. */
  queueEmpty: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Thrown by a command that ends with a code of its own, after it has said all that there is to say. */
export class Exit extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode) {
    super(`exit code ${code}`);
    this.code = code;
  }
}
