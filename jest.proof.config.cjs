// npm run proof: what takes longer than a change should wait for. It prints its figures.
module.exports = {
  ...require('./jest.config.cjs'),
  maxWorkers: 1, // The figures are of a machine that does nothing else.
  testMatch: [
    '<rootDir>/test/end-to-end/{authorisation,crash,import-crash,large-queries,map-crash,sla-errors}.test.ts',
    '<rootDir>/test/end-to-end/{fuzz,secrets}/*.test.ts',
    '<rootDir>/test/end-to-end/s3-select.proof.ts',
    '<rootDir>/test/engine/{differential,simd}/*.test.ts',
    '<rootDir>/test/faults/*.test.ts',
    '<rootDir>/test/proof/model/model.test.ts',
  ],
  globals: {
    askedFaults: 'all',
    askedFiles: 10_000,
    askedInputs: 2_000_000,
    askedKills: 100,
    askedMaps: 1000,
    askedMapKills: 20,
    askedOperations: 10_000,
    askedQueries: 5000,
    askedRequests: 20_000,
    askedRounds: 100,
    queriedMegabytes: 150,
  },
};
