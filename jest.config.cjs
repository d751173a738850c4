module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.[cm]?[jt]s$': '<rootDir>/test/esbuild-transformer.cjs' },
  // These ship ES modules only; everything else in node_modules runs as it is.
  transformIgnorePatterns: [
    '/node_modules/(?!@middy/|file-type/|strtok3/|token-types/|uint8array-extras/|@borewit/|@tokenizer/|ansi-regex/|get-east-asian-width/|string-width/|strip-ansi/)',
  ],
  coverageProvider: 'v8',
  // Half of the suites wait for a server of their own; on two cores Jest would run one suite at a time.
  maxWorkers: 2,
  // No test is about time; a busy machine may take some.
  testTimeout: 30_000,
  setupFiles: ['<rootDir>/test/environment.cjs'],
};
