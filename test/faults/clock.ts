// Leases end and files grow old by the clock; nobody waits for that here.

const realNow = Date.now;
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

// An interval would fire on a slow machine alone, and make another call than the one that is counted.
globalThis.setInterval = (() => setTimeout(() => {}, 0)) as unknown as typeof setInterval;

export function advance(ms: number): void {
  aheadMs += ms;
}

export function setClock(): void {
  aheadMs = 0;
}

/** Does work as if it were later. */
export async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  advance(ms);
  try {
    return await work();
  } finally {
    advance(-ms);
  }
}
