import type { EngineReport } from './engine-bench.ts';
import { cellsOf, COLUMNS, growthLine, machineLines } from './report.ts';
import { goalLines } from './goal.ts';
import { busyLine } from '../suite.ts';

const NOTES = `## How it is measured

- Every program runs in its own process with the same number of threads; each is warmed up (five calls, three where they are long), then they take turns, so that
  a busy machine slows all of them; in the training rows of \`base\` one runs after the other, to hold one model at
  a time. Numbers are medians; **ratio = PyTorch's time / ours**, by the clock and, in brackets, of processor time, which a busy machine changes less. The spread is that of ours.
- **Same work for both**: weights, cells, masked positions and dropout rate are equal; "difference" is the largest difference of
  the results of the first call (CLS vector of the first cell, or training loss, where only the dropout masks differ), as
  a share of the largest number.
- **Products, share of time** (ours / published / same work / tuned): what the matrix products that ours computes would take at the speed this
  processor reaches in large ones, as a share of each program's time. 100 % is the floor for this arithmetic; the speed is the median of measurements before and after each row. A PyTorch whose
  share is above 33 % cannot be beaten three times by any program that computes the same products in float32 on this processor.
- *forward*: cell embeddings (\`cls\`) of full cells through \`createCellEncoder\`. *train*: one masked-language-model step
  through \`Trainer\` and \`buildMaskedLoss\`: forward, backward, clipping, AdamW, dropout 0.02.
- **PyTorch, published** computes what the published code computes: all rows of the last layer, and in training both heads at
  every position. **PyTorch, same work** leaves out what ours leaves out: the last layer for CLS alone, the heads at
  masked positions only. The PyTorch program is \`tests/reference/genecompass_torch.py\`. In forward rows it gets the faster
  of two batch sizes (all cells together, or 1,024 positions at a time).
- \`small\` and \`base\`: the presets of that name with the published vocabulary of 50,558 and four priors of width 768. \`demo\`:
  its preset, 2,000 genes, no learned identities, one co-expression prior; it knows 256 positions, so it has no longer rows.
- Cells have no padding: what length buckets save on real cells is not in these numbers.
- Peak memory is that of each process (ours / published / same work), weights and tables included. On a GPU, PyTorch's is what it
  allocated on the device, ours is the process's.
- **Tuned PyTorch** is the hardest comparison here: the same work once more, with two settings that a user would have to know. Without them glibc
  gives memory back after each call and fetches it anew page by page (\`GLIBC_TUNABLES\` of \`tests/bench/engine/torch-about.ts\` ends that), and an OpenBLAS
  older than the processor takes it for an older one (\`OPENBLAS_CORETYPE=SkylakeX\` where it has AVX-512).
- Threads that wait sleep in all programs (\`OMP_WAIT_POLICY=passive\`, \`OPENBLAS_THREAD_TIMEOUT=4\` for PyTorch, spinning off
  in ONNX Runtime): on a busy machine PyTorch is several times slower without.
- PyTorch uses the linear algebra named above; another build of it (with MKL, or a later version) is another measurement:
  \`GCW_PYTHON=/path/to/python npm run bench -- engine\`.
`;

/** The page docs/reference/benchmarks.md. */
export function benchmarkPage(report: EngineReport, command: string): string {
  const rows = report.rows.map((row) => cellsOf(row, report.gigaflops));
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const growth = growthLine(report);
  const busy = busyLine(report);
  return `# Benchmarks

Made by \`${command}\`; run it again to replace this page.
${busy ? `\n**${busy}**\n` : ''}
${machineLines(report)
  .map((each) => `- ${each}`)
  .join('\n')}

${line(COLUMNS)}
${line(COLUMNS.map((_, i) => (i === 0 || i === 1 ? '---' : '---:')))}
${rows.map(line).join('\n')}
${growth ? `\n${growth[0].toUpperCase()}${growth.slice(1)}.\n` : ''}
## Three times PyTorch

${goalLines(report.rows, report.gigaflops)
  .map((each) => `- ${each}`)
  .join('\n')}

${NOTES}`;
}
