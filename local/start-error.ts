/** Why the embedded cloud cannot start, in one line for the person at the terminal: what is wrong and what would be right. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
