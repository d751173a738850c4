import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { exitCodes } from './exit';

/** What is shown on stderr while a command works. */
export interface Progress {
  /** Shows how far a step has come, where stderr is a terminal. */
  step(name: string, done: number, total: number): void;
  /** Writes a line, above what is shown. */
  say(line: string): void;
  /** Takes away what is shown. */
  end(): void;
}

/** Shows on stderr how far work is. Ctrl-C ends the process, and leaves the terminal as it was. */
export async function withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = createProgress(process.stderr);
  const interrupt = () => {
    progress.end();
    process.exit(exitCodes.interrupted);
  };
  process.once('SIGINT', interrupt);
  try {
    return await work(progress);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}

export function createProgress(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): Progress {
  let bars: MultiBar | undefined;
  let bar: SingleBar | undefined;
  let shown = '';
  return {
    step(name, done, total) {
      if (!stream.isTTY) return;
      bars ??= new MultiBar(
        {
          stream,
          format: '{name} [{bar}] {percentage} %, {eta_formatted} left',
          clearOnComplete: true,
          hideCursor: true,
        },
        Presets.legacy,
      );
      if (!bar || name !== shown) {
        if (bar) bars.remove(bar);
        bar = bars.create(total, done, { name });
        shown = name;
      }
      bar.update(Math.min(done, total));
    },
    say(line) {
      if (bars) bars.log(`${line}\n`);
      else stream.write(`${line}\n`);
    },
    end() {
      if (!bars) return;
      bars.update(); // Writes the lines that wait for the next time the bars are drawn.
      bars.stop();
      bars = undefined;
      bar = undefined;
    },
  };
}
