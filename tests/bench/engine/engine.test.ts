import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { BenchChild } from './child.ts';
import { benchmarkPage } from './markdown.ts';
import { goalLines } from './goal.ts';
import { type EngineRow, type Measured, measureRow } from './measure-row.ts';
import { cellsOf, rate, ratio } from './report.ts';

const measured = (seconds: number, cpuSeconds: number): Measured => ({
  seconds,
  cpuSeconds,
  fastest: seconds / 2,
  slowest: seconds * 2,
  repeats: 3,
  peakBytes: 2 ** 30,
  note: '',
});
const row: EngineRow = {
  case: { kind: 'train', preset: 'small', length: 256, nCells: 8, threads: 2, device: 'cpu' },
  results: { ours: measured(0.5, 1), published: measured(2, 3), same: 'no PyTorch', tuned: 'as before' },
  difference: 1e-6,
  flops: 5e10,
};

it('rates are of this product and ratios are PyTorch’s time over ours', () => {
  expect(rate(row, row.results.ours as Measured)).toBe(4096);
  expect(ratio(row, 'published')).toEqual({ clock: 4, cpu: 3 });
  expect(ratio(row, 'same')).toBeNull();
});

it('a row says why a number is missing', () => {
  expect(cellsOf(row, [200]).join(' | ')).toBe(
    'train small 8 × 256 | tokens/s | 4,096 | 1,024 | 4.00 (3.00) | no PyTorch | – | – | 50 % / 13 % / – / – | 1.00 / 1.00 / – | 3 (−50 % +100 %) | 1e-6',
  );
});

it('the page names its command and has one line for each row', () => {
  const report = {
    device: 'cpu',
    threads: 2,
    level: 'quick',
    loadBefore: 0,
    torch: null,
    rows: [row, row],
    growth: null,
    gigaflops: [200, 100, 900],
  } as const;
  const page = benchmarkPage(report, 'npm run bench -- engine');
  expect(page).toContain('Made by `npm run bench -- engine`');
  expect(page).toContain('PyTorch: absent');
  expect(page).toContain('200 GFLOP/s (median of 3, 100 to 900)');
  expect(page).not.toContain('Provisional');
  expect(benchmarkPage({ ...report, loadBefore: 99 }, '')).toContain('**Provisional');
  expect(page.match(/^\| train small/gm)).toHaveLength(2);
});

it('tells which rows miss the goal and what is possible there', () => {
  const slow = { ...row, results: { ...row.results, published: measured(1.25, 2) } };
  expect(goalLines([row, slow], [200])).toEqual([
    '1 of 2 rows reach 3 times the published computation in PyTorch by the clock.',
    'train small 8 × 256 does not (2.50): with the products of matrices alone, at the full speed of this processor in float32, it would be 5.00.',
  ]);
  const alone = { ...row, results: { ...row.results, published: 'no PyTorch' } };
  expect(goalLines([alone], [200])).toEqual(['No row could be compared with PyTorch.']);
});

it('times this product alone where PyTorch is absent', async () => {
  const given = { kind: 'forward', preset: 'demo', length: 32, nCells: 2, threads: 1, device: 'cpu' } as const;
  const missing = { published: 'no PyTorch', same: 'no PyTorch', tuned: 'no PyTorch' };
  const { results, difference, flops } = await measureRow(given, { seconds: 0, maxRepeats: 3 }, missing);
  expect(results).toMatchObject({ ...missing, ours: { repeats: 3 } });
  expect((results.ours as Measured).seconds).toBeGreaterThan(0);
  expect(difference).toBeNull();
  expect(flops).toBeGreaterThan(1e6);
});

it('a program that ends gives its last words as the reason', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-bench-'));
  const script = path.join(folder, 'ends.mjs');
  writeFileSync(script, `process.stdin.once('data', () => { console.error('out of memory'); process.exit(3); });`);
  const child = new BenchChild(process.execPath, [script], 1);
  try {
    await expect(child.run(20)).rejects.toThrow('it ended with 3');
    await expect(child.run(20)).rejects.toThrow('it ended with 3: out of memory');
  } finally {
    child.stop();
    rmSync(folder, { recursive: true });
  }
});
