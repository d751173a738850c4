// npm run proof: what takes longer than a change should wait for. It prints its figures.
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/end-to-end/{crash,import-crash,map-crash,sla-errors}.test.ts'],
  globals: { askedKills: 100, askedMaps: 1000, askedMapKills: 20, askedRounds: 100 },
};
