import { COLUMNS, linesOf, machineLines, rowFacts, type ScreenReport } from './report.ts';
import { busyLine } from '../suite.ts';

const NOTES = `## How it is measured

- The model is trained first, by the product's own workers on the shipped blood cells (not part of any time below): how well
  two stages agree says little on random weights. The screen asks for every gene above the detection gate, with
  \`over-express\` for the transcription factors among them, CD34+ progenitors to monocytes and B cells. Training is short, so the effects are those of a young model.
- **exact**, **two stages** and **adaptive stages** are \`runScreen\` as the job runs it, graphs and goal states included, in a process of its own;
  of up to three runs the one of median processor time counts. *mask* hides a gene, *remove* drops it as published,
  *over-express* raises it to the 90th percentile of the cells that express it, in every cell, *to-rank* puts it
  first in every cell, as Geneformer does. Only perturbations that change what the model reads are counted as passes.
- **published** is what the published code does for the same question: for every gene of every start cell one forward pass,
  the gene removed, the cell padded to all positions the model has (no length buckets), every row of every layer.
  A sample of passes is timed, with the faster of 1 and 4 cells at a time (the published code takes 1), and
  **scaled to the number of passes of the exact screen**. PyTorch runs \`tests/reference/genecompass_torch.py\`; *same engine* is the
  same procedure with the product's engine.
- Where an exact screen of every gene would take hours, some passes of one start cell are timed and
  **scaled to all passes** (what is done once is not), and a random sample of genes is computed exactly in all start cells; the others are compared with it on
  that sample alone, which tells nothing of the top 50.
- **×** = time of the published procedure / time of the line, by the clock and, in brackets, of processor time, which a busy
  machine changes less. *genes × cells / hour* counts the gene–cell pairs of the question, however many passes answered it.
- **recall of top 50**: share of the 50 candidates of largest exact effect (either sign) that are among the 50 of the line,
  mean over goals. **Spearman**: of the mean effects of all genes in enough cells, the worst goal.
- Peak memory is that of the process; on a GPU, PyTorch's is what it allocated there.
`;

/** The page in docs/reference. */
export function screenPage(report: ScreenReport, command: string): string {
  const busy = busyLine(report);
  return `${[
    '# Benchmarks: the screen',
    '',
    `Made by \`${command}\`. Higher rates, ratios and recall are better.`,
    '',
    ...(busy ? [`**${busy}**`, ''] : []),
    ...machineLines(report).map((line) => `- ${line}`),
    ...report.rows.flatMap(rowFacts).map((line) => `- ${line}`),
    '',
    ...[COLUMNS, COLUMNS.map((_, i) => (i < 2 ? '---' : '---:')), ...report.rows.flatMap(linesOf)].map(
      (line) => `| ${line.join(' | ')} |`,
    ),
    '',
    NOTES,
  ].join('\n')}`;
}
