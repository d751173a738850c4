import { existsSync, readFileSync } from 'node:fs';

const status = '/proc/self/status';

/**
 * Bytes that this process has held at most. Linux counts in `maxRSS`, which is for elsewhere, also what the parent held when it
 * began the process.
 */
export function peakBytes(): number {
  if (!existsSync(status)) return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) * 1024;
}
