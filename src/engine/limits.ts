/** Source: S3 Select, "Requirements and limits"; the number of columns and the depth are choices of ours. */
export const maxExpressionBytes = 256 * 1024;
/** Of one input record between delimiters, and of one output record. */
export const maxRecordBytes = 1024 * 1024;
export const maxColumns = 4096;
/** Of nested operators and parentheses. Chains of AND and OR, and lists, count once. */
export const maxDepth = 500;
/** Of the blocks in which the input is read; a block grows to hold one longer record. */
export const blockBytes = 256 * 1024;
/** No block grows beyond: it holds a record, and what the reader of it needs behind it. */
export const maxBlockBytes = 4 * maxRecordBytes;
/** Of the chunks in which the output is given. */
export const chunkBytes = 128 * 1024;
/** Of the steps that a query may take for each byte read, about a tenth of a second for each block. */
export const stepsPerByte = 256;
/** Those it may take before: a short file is no reason to refuse a query. */
export const stepsAtFirst = 16 * 1024 * 1024;
/** What the evaluation of one node of an expression is counted as, and the writing of one item of the list. */
export const stepsPerNode = 4;
export const stepsPerItem = 32;
/** To how many bytes each byte of a compressed file may grow, */
export const bytesPerCompressedByte = 256;
/** once it has grown to so many: small files may be as repetitive as they like. */
export const bytesDecompressedAtFirst = 64 * 1024 * 1024;
