import { openSync, readSync, statSync, closeSync } from 'node:fs';
import { select } from './src/engine/index';
const D: any = {
  orders: { eq: ['country', 'NO'], proj: ['id', 'amount'], num: 'amount', gt: 900, likeCol: 'status', like: 'ship' },
  events: { eq: ['event', 'user.signup'], proj: ['epoch', 'event'], num: 'epoch', gt: 1728382400, likeCol: 'event', like: 'page' },
  taxi:   { eq: ['PULocationID', '42'], proj: ['pickup', 'total_amount'], num: 'total_amount', gt: 78.0, likeCol: 'RatecodeID', like: '1' },
};
async function* read(path: string) { const fd = openSync(path, 'r'); const b = Buffer.allocUnsafe(1 << 18); for (;;) { const n = readSync(fd, b); if (!n) break; yield b.subarray(0, n); } closeSync(fd); }
async function main() {
  for (const [file, d] of Object.entries(D) as any) { const out: string[] = [];
    const n = `CAST(s.${d.num} AS DECIMAL)`;
    for (const [name, expression] of Object.entries({ Q1: `SELECT * FROM S3Object s WHERE s.${d.eq[0]} = '${d.eq[1]}'`, Q2: `SELECT ${d.proj.map((p: string) => 's.' + p).join(', ')} FROM S3Object s WHERE ${n} > ${d.gt}`, Q3: 'SELECT COUNT(*) FROM S3Object', Q4: `SELECT SUM(${n}), AVG(${n}), MIN(${n}), MAX(${n}) FROM S3Object s WHERE s.${d.likeCol} LIKE '${d.like}%'`, Q6: 'SELECT * FROM S3Object' })) {
    const path = `/tmp/bench/data/${file}.csv`; const size = statSync(path).size;
    let best = 0;
    for (let i = 0; i < 4; i++) {
      const t = performance.now(); let n = 0;
      for await (const c of await select({ expression, input: { header: 'USE', comment: '', allowQuotedNewlines: true } }, read(path))) n += c.length;
      best = Math.max(best, size / 1e3 / (performance.now() - t));
    }
    out.push(`${name} ${best.toFixed(0)}`); }
    console.log(file, out.join('  '));
  }
}
main();
