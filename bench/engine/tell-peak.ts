import { peakBytes } from './peak';

// Loaded before a program that is measured: when it ends, the last line of stderr is its peak in bytes.
process.on('exit', () => console.error(peakBytes()));
