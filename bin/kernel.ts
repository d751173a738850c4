import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const source = join('src', 'engine', 'simd', 'kernel', 'kernel.as.ts');
export const kernelFile = join(root, 'src', 'engine', 'simd', 'kernel-wasm.ts');

const options = [
  ...['--enable', 'simd', '--enable', 'bulk-memory', '--runtime', 'stub', '--importMemory', '--memoryBase', '512'],
  // Vectors are passed between its own functions only.
  ...['-O3', '--noAssert', '--disableWarning', '112'],
];

/** The text of the file that carries the kernel, as its AssemblyScript source compiles to it. */
export function kernelText(): string {
  const folder = mkdtempSync(join(tmpdir(), 'datadock-kernel-'));
  try {
    const wasm = join(folder, 'kernel.wasm');
    const compiler = join('node_modules', 'assemblyscript', 'bin', 'asc.js');
    execFileSync(process.execPath, [compiler, source, '--outFile', wasm, ...options], { cwd: root });
    const lines = readFileSync(wasm, 'base64').match(/.{1,112}/g) ?? [];
    const text = lines.map((line) => `  '${line}'`).join(' +\n');
    return `// Compiled from kernel/kernel.as.ts by npm run build:kernel.\nexport const kernelWasm =\n${text};\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
