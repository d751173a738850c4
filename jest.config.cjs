module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.[cm]?[jt]s$': '<rootDir>/test/esbuild-transformer.cjs' },
  // middy ships ES modules only; everything else in node_modules runs as it is.
  transformIgnorePatterns: ['/node_modules/(?!@middy/)'],
  coverageProvider: 'v8',
  setupFiles: ['<rootDir>/test/environment.cjs'],
};
