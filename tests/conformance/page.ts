import { CASES } from './cases.ts';
import { EXECUTORS, type ExecutorName } from './executors.ts';
import { GAPS, gapOf } from './gaps.ts';
import { modelCases } from './models.ts';

/**
 * The page `docs/reference/conformance.md`: what the suite has shown on every executor.
 *
 * It is made of the list of gaps, which the suite compares with what really runs, so it is the same on every machine.
 */
export function conformancePage(): string {
  const names = EXECUTORS.map(({ name }) => name);
  return `# Conformance

Every executor runs every sample of the op table, one more sample for each further dtype an op takes, and two whole models, and is
held against the naive reference in double precision: ${CASES.length} cases on each. \`npm run conformance\` makes this page and prints
the largest error of each executor; \`npm test\` runs the same suite and fails when an executor lacks something that is not listed
here, or no longer lacks something that is.

## Executors

${markdown(
  ['executor', 'ops within', 'models within', 'where the tolerance comes from'],
  EXECUTORS.map((each) => [each.name, exponent(each.opTolerance), exponent(each.modelTolerance), each.why]),
)}

Ops: largest |result − reference| / (1 + |reference|) of float results, or the sample's own tolerance where that is wider
(LayerNormalization); integers and truth values are exact. Models: largest ‖result − reference‖ / ‖reference‖ of a tensor. WebGPU runs on
SwiftShader, a software driver. ONNX Runtime takes the CPU for an op that WebGPU lacks.

## Ops

✓: passed in every dtype the op takes. Otherwise the dtypes that are lacking.

${markdown(
  ['op', 'dtypes', ...names],
  opNames().map((op) => [op, dtypesOf(op).join(' '), ...names.map((name) => cell(name, op))]),
)}

## Models

A small GeneCompass with both its priors, padded cells of both species, and dropout bits that must be the same everywhere.

${markdown(
  ['model', ...names],
  modelCases().map(({ name, graph }) => [`${name} (${graph.outputs.size} tensors)`, ...names.map(() => '✓')]),
)}

## What is lacking

${markdown(
  ['executor', 'op', 'dtype', 'reason'],
  GAPS.map(({ executors, op, dtype, reason }) => [executors.join(', '), op === '*' ? 'all' : op, dtype, reason]),
)}
`;
}

export function opNames(): string[] {
  return [...new Set(CASES.map(({ op }) => op.onnx.name))];
}

/** Dtypes in the order of the table; those Cast takes from. */
function dtypesOf(op: string): string[] {
  const cases = CASES.filter((each) => each.op.onnx.name === op);
  return [...new Set(cases.map(({ dtype }) => dtype.split(' ')[0]))].sort();
}

function cell(executor: ExecutorName, op: string): string {
  const lacking = GAPS.filter((gap) =>
    CASES.some((each) => each.op.onnx.name === op && gapOf(executor, op, each.dtype) === gap),
  );
  return lacking.length === 0 ? '✓' : `not ${lacking.map(({ dtype }) => dtype).join(', ')}`;
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const line = (row: readonly string[]) => `| ${row.map((text, i) => text.padEnd(width[i])).join(' | ')} |`;
  return [line(head), `| ${width.map((n) => '-'.repeat(n)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

function exponent(value: number): string {
  return value
    .toExponential()
    .replace('e-', ' × 10⁻')
    .replace(/\d$/, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
}
