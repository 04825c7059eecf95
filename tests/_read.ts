import { readFileSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { readTasks } from '#tests/study/screen/read-project.ts';
const folder = '/tmp/baselines/study';
for (const f of readdirSync(folder).filter((f) => /-\d\.json$/.test(f))) {
  const out = `/tmp/baselines/tasks/${f}`;
  if (existsSync(out)) continue;
  const t0 = performance.now();
  const tasks = await readTasks(JSON.parse(readFileSync(`${folder}/${f}`, 'utf8')));
  writeFileSync(out, JSON.stringify(tasks));
  console.log(f, ((performance.now() - t0) / 1000).toFixed(1), tasks.map((t) => `${t.goal}: ${t.symbols.length} genes, ${t.isKnown.filter(Boolean).length}/${t.nKnown}, missing ${t.notMeasured}`));
}
