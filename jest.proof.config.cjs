// npm run proof: what takes longer than a change should wait for. It prints its figures.
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: [
    '<rootDir>/test/end-to-end/crash.test.ts',
    '<rootDir>/test/engine/differential/*.test.ts',
    '<rootDir>/test/end-to-end/large-queries.test.ts',
    '<rootDir>/test/end-to-end/s3-select.proof.ts',
  ],
  globals: { askedKills: 100, askedQueries: 5000, queriedMegabytes: 150 },
};
