import { rm, writeFile } from 'node:fs/promises';

// A server loads a function's bundle when the function is first called, and again after it was idle for a minute, from the
// assembly that it was started with. Later starts, of changed sources, make further assemblies and remove old ones: not those
// beside which a process that lives has left its note.

const note = /^(.+)\.in-use-by-(\d+)$/;

/** Notes that this process loads functions from an assembly. Gives what takes the note back. */
export async function useAssembly(assembly: string): Promise<() => Promise<void>> {
  const path = `${assembly}.in-use-by-${process.pid}`;
  await writeFile(path, '');
  return () => rm(path, { force: true });
}

export const isNote = (name: string): boolean => note.test(name);

/** Of the notes among these names, those of processes that live no more. */
export const staleNotes = (names: readonly string[]): readonly string[] =>
  names.filter((name) => isNote(name) && !isAlive(name));

/** The assemblies that the notes of living processes are about. */
export const assembliesInUse = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => (isNote(name) && isAlive(name) ? [note.exec(name)?.[1] ?? ''] : [])));

/** Or another process has its number by now. */
function isAlive(name: string): boolean {
  try {
    return process.kill(Number(note.exec(name)?.[2]), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Somebody else's.
  }
}
