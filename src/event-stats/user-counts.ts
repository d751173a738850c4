import { isUtf8 } from 'node:buffer';

/**
 * How many events each user has: a hash table over the bytes of the ids, so that a row makes no string. It grows with the
 * distinct users only: their ids, one after the other, and 28 bytes or fewer for each.
 */
export class UserCounts {
  /** Of the ids, end to end. */
  #ids = Buffer.alloc(64 * 1024);
  /** Where each user's id ends; it begins where the one before ends. */
  #ends = new Uint32Array(1024);
  #hashes = new Uint32Array(1024);
  #counts = new Float64Array(1024);
  #size = 0;
  /** The number of a user plus one, at the first free place from the hash on; 0 is free. At most half full. */
  #places = new Uint32Array(2048);

  get size(): number {
    return this.#size;
  }

  /**
   * Counts one event of the user whose id is `bytes` from `start` to before `end`. Answers false, and counts nothing, where
   * that is not UTF-8, which is asked of a new id only.
   */
  add(bytes: Buffer, start: number, end: number): boolean {
    const hash = hashOf(bytes, start, end);
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const user = (this.#places[place] ?? 0) - 1;
      if (user < 0) {
        if (!isUtf8(bytes.subarray(start, end))) return false;
        this.#insert(place, hash, bytes, start, end);
        return true;
      }
      if (this.#hashes[user] === hash && this.#isId(user, bytes, start, end)) {
        this.#counts[user] = (this.#counts[user] ?? 0) + 1;
        return true;
      }
    }
  }

  /** Each user once, in the order in which they were first seen. */
  *[Symbol.iterator](): IterableIterator<{ readonly id: string; readonly events: number }> {
    for (let user = 0; user < this.#size; user += 1) {
      const id = this.#ids.toString('utf8', this.#startOf(user), this.#ends[user]);
      yield { id, events: this.#counts[user] ?? 0 };
    }
  }

  #startOf(user: number): number {
    return user === 0 ? 0 : (this.#ends[user - 1] ?? 0);
  }

  #isId(user: number, bytes: Buffer, start: number, end: number): boolean {
    let own = this.#startOf(user);
    if ((this.#ends[user] ?? 0) - own !== end - start) return false;
    for (let at = start; at < end; at += 1) {
      if (this.#ids[own] !== bytes[at]) return false;
      own += 1;
    }
    return true;
  }

  #insert(place: number, hash: number, bytes: Buffer, start: number, end: number): void {
    const user = this.#size;
    const idStart = this.#startOf(user);
    const idEnd = idStart + end - start;
    if (idEnd > this.#ids.length) this.#ids = Buffer.concat([this.#ids], this.#ids.length * 2);
    bytes.copy(this.#ids, idStart, start, end);
    if (user === this.#ends.length) {
      this.#ends = grown(this.#ends, new Uint32Array(user * 2));
      this.#hashes = grown(this.#hashes, new Uint32Array(user * 2));
      this.#counts = grown(this.#counts, new Float64Array(user * 2));
    }
    this.#ends[user] = idEnd;
    this.#hashes[user] = hash;
    this.#counts[user] = 1;
    this.#places[place] = user + 1;
    this.#size = user + 1;
    if (this.#size * 2 > this.#places.length) this.#spread();
  }

  #spread(): void {
    const places = new Uint32Array(this.#places.length * 2);
    const mask = places.length - 1;
    for (let user = 0; user < this.#size; user += 1) {
      let place = (this.#hashes[user] ?? 0) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = user + 1;
    }
    this.#places = places;
  }
}

/** 32 bits, four bytes at a time, each mixed into the low bits, by which the table is filled. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word =
      byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at += 1) {
    hash = Math.imul(hash ^ byte(bytes, at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

const byte = (bytes: Buffer, at: number): number => bytes[at] ?? 0;

function grown<Numbers extends Uint32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
