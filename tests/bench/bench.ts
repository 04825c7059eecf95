import os from 'node:os';

/** One measured number; `ratio` compares with another row of the same run, never with a number remembered from elsewhere. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  ratio?: { to: string; value: number };
}

const SUITES: Record<string, () => Promise<BenchRow[]>> = {
  data: async () => (await import('./tokenize-bench.ts')).benchTokenize(),
  engine: async () => (await import('./engine-bench.ts')).benchEngine(),
  model: async () => (await import('./model-bench.ts')).benchModel(),
};

const wanted = process.argv.slice(2).filter((word) => word !== '--');
const unknown = wanted.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`bench: ${unknown.join(', ')} is no suite; choose from ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

console.log(
  `${os.cpus()[0]?.model.trim()} · ${os.cpus().length} cores · ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB · Node ${process.version}`,
);
for (const name of wanted.length > 0 ? wanted : Object.keys(SUITES)) {
  console.log(`\n${name}`);
  for (const row of await SUITES[name]()) {
    const ratio = row.ratio ? `   ${row.ratio.value.toFixed(2)} × ${row.ratio.to}` : '';
    console.log(`  ${row.name.padEnd(64)} ${row.value.toPrecision(4).padStart(10)} ${row.unit}${ratio}`);
  }
}
console.log(`\npeak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
