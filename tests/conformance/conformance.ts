import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXECUTORS } from './executors.ts';
import { differences, idleGaps } from './gaps.ts';
import { conformancePage, markdown } from './page.ts';
import { runConformance } from './run.ts';

/** `npm run conformance`: runs the suite on every executor that is here, prints the table and writes the page. */
const rows: string[][] = [];
const problems: string[] = idleGaps().map((gap) => `${gap}: a listed gap no case has`);
for (const executor of EXECUTORS) {
  if (executor.missing) {
    console.log(`${executor.name}: not run, ${executor.missing}`);
    continue;
  }
  const { ops, models } = await runConformance(executor);
  const passed = ops.filter((each) => each.passed);
  problems.push(...differences(executor.name, ops));
  for (const { name, worst, tensor } of models) {
    if (!(worst <= executor.modelTolerance)) problems.push(`${executor.name}, ${name}: ${tensor} is off by ${worst}`);
  }
  rows.push([
    executor.name,
    String(passed.length),
    String(ops.length - passed.length),
    Math.max(...passed.map(({ worst }) => worst!)).toExponential(1),
    ...models.map(({ worst }) => worst.toExponential(1)),
  ]);
}
const head = ['executor', 'passed', 'gaps', 'worst op', 'encoder forward', 'training step'];
console.log(markdown(head, rows));
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  const folder = new URL('../../docs/reference/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const page = new URL('conformance.md', folder);
  writeFileSync(page, conformancePage());
  console.log(`\n${conformancePage()}\nwritten to ${fileURLToPath(page)}`);
}
