import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** What is shown on stderr while a command works. */
export interface Progress {
  /** Shows how far a step has come, where stderr is a terminal. */
  step(name: string, done: number, total: number): void;
  /** Writes a line, above what is shown. */
  say(line: string): void;
  /** Takes away what is shown. */
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { step: () => {}, say: (line) => void stream.write(`${line}\n`), end: () => {} };
  const bars = new MultiBar(
    { stream, format: '{name} [{bar}] {percentage} %', clearOnComplete: true, hideCursor: true, etaBuffer: 10 },
    Presets.legacy,
  );
  let bar: SingleBar | undefined;
  let shown = '';
  return {
    step(name, done, total) {
      if (name !== shown) {
        if (bar) bars.remove(bar);
        bar = bars.create(total, done, { name });
        shown = name;
      }
      bar?.update(Math.min(done, total));
    },
    say(line) {
      if (bar) bars.log(`${line}\n`);
      else stream.write(`${line}\n`);
    },
    end() {
      bars.update(); // Writes the lines that wait for the next time the bars are drawn.
      bars.stop();
      bar = undefined;
      shown = '';
    },
  };
}
