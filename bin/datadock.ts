#!/usr/bin/env node
import '../local/process-environment';

import { run } from '../src/cli/program';

run(process.argv).then((code) => {
  process.exitCode = code;
});
