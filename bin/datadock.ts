#!/usr/bin/env node
import '../local/process-environment';

import { run } from '../src/cli/program';

// A reader that has read enough, such as `head`, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

run(process.argv).then((code) => {
  process.exitCode = code;
});
