// What the engine does 16 and 64 bytes at a time, in AssemblyScript. `npm run build:kernel` compiles this file into
// ../kernel-wasm.ts, and a test checks that the two belong together. Each part does what is common and exact; whatever it
// does not know it leaves, and says so, to the TypeScript that knows everything.

export * from './aggregate.as';
export * from './select.as';
export * from './tokenize.as';
export * from './write.as';
