import { open } from 'node:fs/promises';
import type { EventFile } from '../aws/event-store';
import { unreadable } from './unreadable-file';

const chunkBytes = 1024 * 1024;

/** Opens a file of this machine, or stdin where the path is `-`. Throws AppError EventsUnreadable, also while it is read. */
export async function openEventFile(path: string): Promise<EventFile> {
  if (path === '-') return { chunks: process.stdin };
  const refuse = unreadable('EventsUnreadable', path, 'Give --file a file of events, or - for stdin.');
  const file = await open(path).catch(refuse);
  const { size } = await file.stat();
  const chunks = async function* () {
    // The same memory for each chunk: a gigabyte needs no more than a megabyte.
    const chunk = Buffer.allocUnsafe(chunkBytes);
    try {
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunkBytes).catch(refuse);
        if (bytesRead === 0) return;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  };
  return { chunks: chunks(), ...(size > 0 && { size }) };
}
