// TypeScript 7 has no JavaScript compiler API, so ts-jest cannot be used: esbuild strips the types, tsc checks them.
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, { configString }) =>
    createHash('sha256').update(source).update(file).update(version).update(configString).digest('hex'),
  process: (source, file) => ({
    code: transformSync(source, {
      loader: file.endsWith('ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'node20',
      platform: 'node',
      sourcemap: 'inline',
      sourcefile: file,
    }).code,
  }),
};
