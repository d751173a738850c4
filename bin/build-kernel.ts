import { writeFileSync } from 'node:fs';
import { kernelFile, kernelText } from './kernel';

// Compiles the tokenizer's kernel. A test fails when what is committed is not what the source builds.
writeFileSync(kernelFile, kernelText());
