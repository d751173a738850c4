import { createReadStream } from 'node:fs';
import { select } from './src/engine/index';
const queries: Record<string, Record<string, string>> = {
  orders: { Q1: "SELECT * FROM S3Object s WHERE s.country = 'NO'", Q2: "SELECT s.id, s.amount FROM S3Object s WHERE CAST(s.amount AS DECIMAL) > 900", Q3: 'SELECT COUNT(*) FROM S3Object', Q4: "SELECT SUM(CAST(s.amount AS DECIMAL)), AVG(CAST(s.amount AS DECIMAL)), MIN(CAST(s.amount AS DECIMAL)), MAX(CAST(s.amount AS DECIMAL)) FROM S3Object s WHERE s.status LIKE 'ship%'", Q6: 'SELECT * FROM S3Object' },
};
async function main() {
  for (const [file, qs] of Object.entries(queries)) for (const [name, expression] of Object.entries(qs)) {
    let best = 0;
    for (let i = 0; i < 3; i++) {
      const t = performance.now(); let n = 0;
      const src = createReadStream(`/tmp/bench/data/${file}.csv`, { highWaterMark: 1 << 18 });
      for await (const c of await select({ expression, input: { header: 'USE', comment: '', allowQuotedNewlines: true } }, src)) n += c.length;
      best = Math.max(best, 41.25e6 / 1e3 / (performance.now() - t));
    }
    console.log(file, name, best.toFixed(0), 'MB/s');
  }
}
main();
