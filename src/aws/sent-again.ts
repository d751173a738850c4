/**
 * Whether the SDK had sent a request before, when this error came. Of an earlier try the answer may have been lost: then it was
 * done, and stands in its own way.
 */
export function wasSentAgain(error: unknown): boolean {
  const { attempts = 1 } = (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata ?? {};
  return attempts > 1;
}
