import { cpus, totalmem } from 'node:os';
import type { Figure } from '../../test/proof/figure';

/** A figure as it was measured on one day. */
export interface Measured extends Figure {
  /** The part of `npm run proof` that it is from. */
  readonly part: string;
  readonly at: string;
  readonly machine: string;
}

/** Runs of a figure that are kept: two, so that a figure that comes out once by luck is seen. */
const keptRuns = 2;

const nameOf = ({ part, proof, what }: Measured) => [part, proof, what].join('\n');

function thisMachine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GB, ${process.platform}, Node ${process.version}`;
}

/** Adds a part's figures to the earlier ones, of which the last run is kept; a failure of the part leaves with its next run. */
export function latestRuns(
  earlier: readonly Measured[],
  part: string,
  figures: readonly Figure[],
  now: Date,
): readonly Measured[] {
  const at = now.toISOString();
  const added = figures.map((figure) => ({ ...figure, part, at, machine: thisMachine() }));
  const all = [...earlier.filter((run) => run.part !== part || !run.measured.startsWith('failed: ')), ...added];
  return all.filter((run, index) => {
    const later = all.slice(index + 1).filter((other) => nameOf(other) === nameOf(run));
    return later.length < keptRuns;
  });
}

/** A Markdown table with a row a figure, both of its runs side by side. */
export function proofTable(measured: readonly Measured[]): string {
  const names = [...new Set(measured.map(nameOf))].sort();
  const rows = names.map((name) => {
    const runs = measured.filter((run) => nameOf(run) === name);
    const [{ proof, what, asked }] = runs as [Measured];
    const cells = Array.from({ length: keptRuns }, (_, index) => {
      const run = runs[index];
      if (!run) return 'not run again';
      return `${run.measured}${run.isMet === false ? ' **(not met)**' : ''} (${run.at.slice(0, 10)})`;
    });
    return `| ${[proof, what, asked, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| proof | what was tried | asked | first run | second run |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** docs/proof.md, whole. */
export function proofPage(measured: readonly Measured[]): string {
  const days = [...new Set(measured.map(({ at }) => at.slice(0, 10)))].sort();
  const machines = [...new Set(measured.map(({ machine }) => machine))];
  return `# Proof

What \`npm run proof\` has measured, ${days.length === 1 ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`}, on ${machines.join('; ')}.
\`npm run proof PART\` runs one part again; the last two runs of each figure stand here. Shorter forms of all that is a test
run with every change. Nothing of this ran on AWS: the stack is synthesised, not deployed.

${proofTable(measured)}
`;
}
