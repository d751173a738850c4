import { join } from 'node:path';
import { buildCommandLine } from './command-line';

// What `npx datadock` runs; npm ci and npm install call it.
buildCommandLine(join(__dirname, '..', 'dist'));
