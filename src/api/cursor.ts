import { createHash } from 'node:crypto';
import { AppError } from '../errors';

/**
 * Cursors carry the place where the next page starts, bound to the user by a checksum. The checksum is no secret: what
 * a cursor may show is decided by the account alone; it only turns a mixed-up cursor into a clear error.
 */
export function cursorOf(userId: string, place: string): string {
  return Buffer.concat([checksum(userId, place), Buffer.from(place, 'utf8')]).toString('base64url');
}

/** The place in a cursor. Throws AppError ValidationFailed for one that was not issued to this user. */
export function placeOfCursor(userId: string, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const place = bytes.subarray(checksumBytes).toString('utf8');
  if (cursorOf(userId, place) !== cursor) {
    const detail = 'is not a next_cursor of your own listing';
    throw new AppError('ValidationFailed', `/query/cursor ${detail}`, {
      faults: [{ pointer: '/query/cursor', detail }],
    });
  }
  return place;
}

const checksumBytes = 9;

const checksum = (userId: string, place: string): Buffer =>
  createHash('sha256').update(`${userId}\n${place}`).digest().subarray(0, checksumBytes);
