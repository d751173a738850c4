// npm run proof: what takes longer than a change should wait for. It prints its figures.
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/end-to-end/{crash,import-crash,sla-errors}.test.ts'],
  globals: { askedKills: 100, askedRounds: 100 },
};
