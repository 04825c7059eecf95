import os from 'node:os';
import { parseArgs } from 'node:util';

const SUITES = ['data', 'engine', 'memory', 'screen'];
const OPTIONS = {
  quick: { type: 'boolean' },
  full: { type: 'boolean' },
  threads: { type: 'string' },
  device: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
} as const;

const words = process.argv.slice(2).filter((word) => word !== '--');
const { values: flags, positionals: wanted } = readWords();

function readWords() {
  try {
    const read = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
    const unknown = read.positionals.filter((name) => !SUITES.includes(name));
    if (unknown.length === 0) return read;
    console.error(`bench: ${unknown.join(', ')} is no suite; choose from ${SUITES.join(', ')}.`);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.exit(2);
}

console.log(
  `${os.cpus()[0]?.model.trim()} · ${os.cpus().length} cores · ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB · Node ${process.version}`,
);
for (const name of wanted.length > 0 ? wanted : SUITES) {
  console.log(`\n${name}`);
  if (name === 'engine') await (await import('./engine/run.ts')).runEngineSuite(flags, words);
  else if (name === 'memory') (await import('./memory-bench.ts')).benchMemory((line) => console.log(line));
  else if (name === 'screen') (await import('./screen/run.ts')).runScreenSuite(flags, words);
  else await (await import('./data/run.ts')).runDataSuite(flags, words);
}
