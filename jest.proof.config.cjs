// npm run proof: what takes longer than a change should wait for. It prints its figures.
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/end-to-end/crash.test.ts', '<rootDir>/test/end-to-end/map-crash.test.ts'],
  globals: { askedKills: 100, askedMaps: 1000, askedMapKills: 20 },
};
