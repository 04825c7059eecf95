import type { Operator } from '#shared/domain/screen.ts';
import { AdaptiveStages } from './adaptive.ts';
import type { Only } from './passes.ts';
import { agreementOf, agreesEnough, chooseExact, chooseSample, takeForetold } from './stages.ts';
import type { ScreenResult } from './types.ts';

/** Computes what is asked of each start cell into the result. */
export type RunPart = (onlyOf: (ordinal: number) => Only, tag: string) => Promise<void>;

/** Exact passes in all start cells for the leading genes, the null genes and a sample; foretold effects for the rest. */
export async function runTwoStages(
  result: ScreenResult,
  foretold: ScreenResult,
  operators: readonly Operator[],
  run: RunPart,
): Promise<void> {
  const { plan } = result;
  const { exact, compared } = chooseExact(foretold);
  const rowsFor = (names: readonly Operator[], rows: readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, new Set(rows)]));
  const leading = rowsFor(operators, exact);
  await run(() => leading, 'exact');
  const agreement = agreementOf(foretold, result, operators, compared);
  const fellBack = operators.filter((operator) => !agreesEnough(agreement, operator));
  result.stages = { exact, agreement, fellBack };
  if (fellBack.length > 0) {
    const isExact = new Set(exact);
    const left = plan.genes.flatMap((_, row) => (isExact.has(row) ? [] : [row]));
    const rest = { ...nothing(result), ...rowsFor(fellBack, left) };
    await run(() => rest, 'rest');
  }
  takeForetold(result, foretold);
}

/** Exact passes in few start cells, and in more only where they decide who leads. */
export async function runAdaptive(
  result: ScreenResult,
  foretold: ScreenResult,
  operators: readonly Operator[],
  run: RunPart,
): Promise<void> {
  const sample = chooseSample(foretold);
  const stages = new AdaptiveStages(result, foretold, sample, operators);
  await run(stages.first(), 'sample');
  const agreement = agreementOf(foretold, result, operators, sample);
  const fellBack = operators.filter((operator) => !agreesEnough(agreement, operator));
  if (fellBack.length > 0) {
    const rest = nothing(result);
    await run((ordinal) => ({ ...rest, ...stages.rest(fellBack, ordinal) }), 'rest');
  }
  const trusted = operators.filter((operator) => !fellBack.includes(operator));
  const adaptive = await stages.settle(trusted, agreement, run);
  const exact = new Set(adaptive.flatMap(({ genes }) => genes.map(({ row }) => row)));
  result.stages = { exact: [...exact].sort((a, b) => a - b), agreement, fellBack, adaptive };
}

function nothing({ plan }: ScreenResult): Only {
  return Object.fromEntries(plan.operators.map((name) => [name, new Set<number>()]));
}
