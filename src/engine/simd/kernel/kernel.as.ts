// What the engine does 16 and 64 bytes at a time, in AssemblyScript. `npm run build:kernel` compiles this file into
// ../kernel-wasm.ts, and a test checks that the two belong together. Each part does what is common and exact; whatever it
// does not know it leaves, and says so, to the TypeScript that knows everything.

export { aggregate, recordOfLeast, recordOfMost } from './aggregate.as';
export { prepareClosers } from './copy.as';
export { count } from './count.as';
export { records, separators, used } from './progress.as';
export { rewrite } from './rewrite.as';
export { selectAll, selectNumber, selectText } from './select.as';
export { tokenize } from './tokenize.as';
export { write } from './write.as';
export { writeJson } from './write-json.as';
export { written } from './written.as';
