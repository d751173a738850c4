/** `127.0.0.1:3000 (ECONNREFUSED)`, if the error says that nothing answers there: itself, or the cause that it was made of. */
export function refusedConnection(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // A name with several addresses fails with one error for each.
  const [refused = error] = error instanceof AggregateError ? error.errors : [error];
  const { code, address, port, hostname } = refused as NodeJS.ErrnoException & Place;
  if (code === 'ECONNREFUSED') return `${address}:${port} (${code})`;
  if (code === 'ENOTFOUND') return `${hostname} (${code})`;
  return refusedConnection(error.cause);
}

interface Place {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}
