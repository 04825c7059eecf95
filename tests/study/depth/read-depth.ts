/** Effects on single start cells of a finished study project, with what was read of each. */
import type { Operator } from '#shared/domain/screen.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { Project } from '#project/project.ts';
import { screenFromBlobs } from '#screen/blobs.ts';
import { cellEffects } from '#screen/effects.ts';
import type { ScreenResult } from '#screen/types.ts';
import { cellTokens } from '#singlecell/perturb/dose.ts';
import { median } from '#singlecell/statistics/robust.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { cellDepth } from '#workers/cell-depth.ts';
import { openStoredDataset } from '#workers/dataset-store.ts';
import { labelsOf } from '#workers/labels.ts';
import { readTokens } from '#workers/tokens-store.ts';
import { CASES, type StudyCase } from '../screen/cases.ts';
import { STUDY_PASSPHRASE, type StudyProject, type StudyScreen } from '../screen/make-screens.ts';
import type { StudyTask } from '../screen/read-project.ts';
import type { CellReads, DepthMatrix } from './matrix.ts';

/** Operators whose effects on single cells are looked at; the others tell of too few genes. */
export const LOOKED_AT = ['over-express', 'to-rank'] as const satisfies readonly Operator[];

export type LookedAt = (typeof LOOKED_AT)[number];

export interface DepthTask {
  task: StudyTask;
  reads: CellReads;
  /** Of the operators the screen ran. */
  matrices: Partial<Record<LookedAt, DepthMatrix>>;
  /** Share of the effects of over-expression on start cells that are 0 since the gene has the dose already, not for being unread. */
  atDose: number;
}

/** Fates of the standard screens, or of those given. */
export async function readDepth(
  made: StudyProject,
  tasks: readonly StudyTask[],
  from: readonly StudyScreen[] = made.screens.filter(({ variant }) => variant === 'standard'),
): Promise<DepthTask[]> {
  const { labelColumn, name } = CASES.find((one) => one.name === made.case) as StudyCase;
  const project = await Project.open(made.file, { passphrase: STUDY_PASSPHRASE });
  try {
    const { artifacts } = project;
    const stored = readTokens(artifacts, ScreenConfig.parse(artifacts.get(made.screens[0].artifact).config).tokens);
    const dataset = openStoredDataset(artifacts, stored.dataset);
    const { cellIndex, offsets } = stored.tokens;
    const labels = labelsOf(dataset, labelColumn, cellIndex, name);
    const screens = new Map<string, ScreenResult>();
    for (const { start, artifact } of from)
      screens.set(start, await screenFromBlobs((blob) => Promise.resolve(artifacts.read(artifact, blob))));
    return tasks.flatMap((task): DepthTask[] => {
      const screen = screens.get(task.start);
      if (!screen) return [];
      const { cells, maxLength } = screen.plan;
      const goal = labels.categories.indexOf(task.goal);
      const goalCells = [...cellIndex].filter((_, row) => labels.codes[row] === goal);
      const { counts, genes } = cellDepth(
        dataset.counts,
        cells.map((row) => cellIndex[row]),
      );
      const matrices: DepthTask['matrices'] = {};
      for (const operator of LOOKED_AT)
        if (screen.plan.operators.includes(operator)) matrices[operator] = matrixOf(screen, task, operator);
      const one: DepthTask = {
        task,
        reads: {
          counts: [...counts],
          genes: [...genes],
          read: cells.map((row) => Math.min(maxLength, Number(offsets[row + 1]) - Number(offsets[row]))),
          goalCounts: median(cellDepth(dataset.counts, goalCells).counts),
        },
        matrices,
        atDose: atDose(screen, stored.tokens, task),
      };
      return [one];
    });
  } finally {
    project.close();
  }
}

function atDose({ plan }: ScreenResult, tokens: TokenSet, { tokenIds }: StudyTask): number {
  const doseOf = new Map(plan.genes.map(({ tokenId, dose }) => [tokenId, Math.fround(dose)]));
  let found = 0;
  for (const row of plan.cells) {
    const cell = cellTokens(tokens, row, plan.maxLength);
    const valueOf = new Map(Array.from(cell.tokenIds, (token, i) => [token, cell.values[i]]));
    for (const token of tokenIds) if ((valueOf.get(token) ?? -1) >= doseOf.get(token)!) found++;
  }
  return found / (plan.cells.length * tokenIds.length);
}

function matrixOf(screen: ScreenResult, { goal, tokenIds }: StudyTask, operator: Operator): DepthMatrix {
  const { genes, cells } = screen.plan;
  const all = cellEffects(screen, { operator, goal, readOut: 'embedding-shift' });
  const rowOfToken = new Map(genes.map(({ tokenId }, row) => [tokenId, row]));
  const pick = (rows: readonly number[]) => {
    const picked = new Float64Array(rows.length * cells.length);
    rows.forEach((row, i) => picked.set(all.subarray(row * cells.length, (row + 1) * cells.length), i * cells.length));
    return picked;
  };
  return {
    effects: pick(tokenIds.map((token) => rowOfToken.get(token)!)),
    nulls: pick(genes.flatMap(({ isNull, isCandidate }, row) => (isNull && !isCandidate ? [row] : []))),
    nCells: cells.length,
  };
}
