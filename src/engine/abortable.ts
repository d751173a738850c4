/**
 * The chunks of a source, which is left as soon as the signal says so, also in the middle of waiting for it: the reader
 * then throws the signal's reason. Nothing is kept for longer than one chunk is waited for.
 */
export const abortable = (
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> => (signal ? untilAborted(source, signal) : source);

async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await nextUnlessAborted(iterator, signal);
      isDone = done === true;
      if (isDone) return;
      yield value;
    }
  } finally {
    // Not awaited: a source that hangs would keep the reader from leaving.
    if (!isDone) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

// Promise.race with one promise for the whole read would collect a reaction for each chunk.
function nextUnlessAborted(
  iterator: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
