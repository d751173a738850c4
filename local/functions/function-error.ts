/** Why an invocation gave no complete answer. The gateway turns the reason into its own answer. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly reason: 'failed' | 'crashed' | 'timed-out' | 'request-too-large' | 'response-too-large' | 'throttled';

  constructor(reason: FunctionError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
