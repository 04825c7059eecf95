import type { EngineCallInput, EngineCallOutput } from '#jobs/engine-calls.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { Project } from '#project/project.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { binMeasures } from '#singlecell/qc/quality.ts';
import { RuleCounter } from '#singlecell/qc/rule-counts.ts';
import { RuledCells } from '#singlecell/qc/rules.ts';
import { readQuality } from './quality-store.ts';

/** The check asked about last, in memory while its project is open: a threshold that is dragged asks many times a second. */
const last = new WeakMap<Project, { id: string; counter: RuleCounter }>();

/** How many cells of a quality check some rules would keep. */
export async function qualityCounts(
  { quality, rules }: EngineCallInput<'qualityCounts'>,
  { project }: CallContext,
): Promise<EngineCallOutput<'qualityCounts'>> {
  if (!project) {
    throw new WorkbenchError('not-found', 'Quality check: no project is open in the engine; open one and ask again.');
  }
  let known = last.get(project);
  if (known?.id !== quality) {
    known = { id: quality, counter: openCounter(project, quality) };
    last.set(project, known);
  }
  return known.counter.count(rules);
}

function openCounter({ artifacts }: Project, id: string): RuleCounter {
  const { metrics, composition, samples, donors } = readQuality(artifacts, artifacts.get(id));
  return new RuleCounter(new RuledCells(metrics, samples ?? undefined), donors, binMeasures(metrics, composition));
}
