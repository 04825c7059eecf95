import { COLUMNS, type DataReport, linesOf, machineLines, memoryLine, MEMORY_COLUMNS } from './report.ts';
import { busyLine } from '../suite.ts';

const NOTES = `## How it is measured

- Cells are made by a seeded generator: 22,000 human genes, about 1,800 genes and 4,000 counts a cell, eight states, as an
  h5ad file in CSR with gzip, as anndata writes it. Every program runs in its own process, one after the other, and starts
  with the file.
- **workbench**: the import and preprocess workers of the product into an encrypted project: counts checked and kept by
  cell and by gene, quality rules \`published\`, medians of the file's own cells, tokens, coverage. Key derivation
  (0.4 s, once for a project) is left out.
- **Python** is \`tests/bench/data/published_steps.py\`: the published steps with h5py, SciPy and NumPy, cell after cell, the
  whole matrix in memory, results uncompressed and unencrypted in one HDF5 file. *dictionary* looks tokens up as the
  published script does; *arrays* is the fairer opponent: the same with the dictionary turned into an array.
  Neither converts to a Hugging Face data set, which the published script does besides.
- **ratio** = Python's time / ours, by the clock and, in brackets, of processor time. Ours uses all processors, Python one (NumPy
  has no threads for these steps).
- What a program does once when it starts is left out of both: Python's imports; in ours, reading its own modules, the HDF5 library
  and the gene tables (about a second). The modules of its threads are read, and their types taken out, within the times.
- **same cells**: of a few cells, how many have the same genes and values rank by rank; genes of equal value may stand in any
  order.
- What bounds the ratio (ADR 0073): writing encrypted pages costs some 9 s of processor time a GB, which the Python programs do not pay, so
  a tenth of their time is less than what the project of these cells takes to write.
- Peak memory of a Python program is over its life; ours is told part by part.
`;

/** The page in docs/reference. */
export function dataPage(report: DataReport, command: string): string {
  const busy = busyLine(report);
  const table = (columns: readonly string[], lines: readonly (readonly string[])[]) =>
    [columns, columns.map((_, i) => (i === 0 ? '---' : '---:')), ...lines].map((line) => `| ${line.join(' | ')} |`);
  return `${[
    '# Benchmarks: data in',
    '',
    `Made by \`${command}\`. Lower times, lower memory and higher ratios are better.`,
    '',
    ...(busy ? [`**${busy}**`, ''] : []),
    ...machineLines(report).map((line) => `- ${line}`),
    '',
    '## Import, quality check, tokens',
    '',
    ...table(COLUMNS, report.rows.flatMap(linesOf)),
    '',
    '## Memory of the workbench, MiB at the peak of each part',
    '',
    ...table(
      MEMORY_COLUMNS,
      report.rows.map(memoryLine).filter((line) => line !== null),
    ),
    '',
    NOTES,
  ].join('\n')}`;
}
