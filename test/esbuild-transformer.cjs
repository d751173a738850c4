// TypeScript 7 has no JavaScript compiler API, so ts-jest cannot be used: esbuild strips the types, tsc checks them.
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

const options = {
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  // Jest's own modules know `require` only.
  supported: { 'dynamic-import': false },
  sourcemap: 'inline',
};

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, { configString }) =>
    createHash('sha256')
      .update(source)
      .update(file)
      .update(version)
      .update(JSON.stringify(options))
      .update(configString)
      .digest('hex'),
  process: (source, file) => ({
    code: transformSync(source, { ...options, loader: file.endsWith('ts') ? 'ts' : 'js', sourcefile: file }).code,
  }),
};
