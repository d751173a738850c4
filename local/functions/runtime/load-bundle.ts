import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { constants, Script } from 'node:vm';
import { awslambda } from './response-stream';

// A bundle is evaluated anew for each of its instances, and sees an environment, a console and globals of its own: instances
// that share a thread know nothing of each other. Built-in prototypes are shared; a bundle that changed one would be a fault
// of ours that a test on AWS could not show either.

type Exports = Readonly<Record<string, unknown>>;

/** Evaluates a bundle. `print` is given what it prints. Throws what it throws. */
export function loadBundle(
  file: string,
  environment: Readonly<Record<string, string>>,
  print: (text: string) => void,
): Exports {
  const { process: ownProcess, console: ownConsole } = printing(environment, print);
  const ownGlobal: object = Object.create(globalThis, {
    process: { value: ownProcess, writable: true, configurable: true },
    console: { value: ownConsole, writable: true, configurable: true },
    awslambda: { value: awslambda, writable: true, configurable: true },
  });
  const require = createRequire(file);
  const own: Readonly<Record<string, unknown>> = {
    process: ownProcess,
    'node:process': ownProcess,
    console: ownConsole,
    'node:console': ownConsole,
  };
  const module: { exports: Exports } = { exports: {} };
  const given = {
    exports: module.exports,
    require: Object.assign((name: string) => own[name] ?? require(name), require),
    module,
    __filename: file,
    __dirname: dirname(file),
    process: ownProcess,
    console: ownConsole,
    awslambda,
    globalThis: ownGlobal,
    global: ownGlobal,
  };
  // V8 keeps the code of a script that it has seen in this thread, not of a function that is compiled by itself.
  const script = new Script(`(function (${Object.keys(given).join(', ')}) {${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInThisContext()(...Object.values(given));
  return module.exports;
}

/** A process and a console with this environment, whose words go to `print`. */
function printing(environment: Readonly<Record<string, string>>, print: (text: string) => void) {
  const output = () =>
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        print(chunk.toString());
        done();
      },
    });
  const [stdout, stderr] = [output(), output()];
  const value = (value: unknown) => ({ value, writable: true, enumerable: true, configurable: true });
  return {
    process: Object.create(process, { env: value({ ...environment }), stdout: value(stdout), stderr: value(stderr) }),
    console: Object.assign(new Console({ stdout, stderr }), { Console }),
  };
}
