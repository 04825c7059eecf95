import {
  type FollowUpConfig,
  LOWER_LEVELS,
  RAISE_PERCENTILES,
  RANK_POINTS,
  type ResponseKind,
} from '#shared/domain/follow-up.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Change } from '#singlecell/perturb/combine.ts';
import { percentileDoses, tokenStatistics } from '#singlecell/perturb/dose.ts';
import { matchedNullGenes } from '#singlecell/statistics/matched-null.ts';
import type { TokenSet, Vocabulary } from '#singlecell/types.ts';
import type { ResolveGene } from '../choose-genes.ts';
import type { PlannedGene, ScreenPlan } from '../types.ts';
import { goalStates } from '../states.ts';
import { Conditions } from './conditions.ts';
import { findGenes } from './find-genes.ts';
import { raisePoints } from './raise-points.ts';
import type { FollowUpPlan, ResponsePlan, SeriesPlan, SetPlan } from './types.ts';

/** Effects kept in memory. */
const MAX_EFFECTS = 2 ** 27;

export interface FollowUpInput {
  config: Omit<FollowUpConfig, 'device'>;
  screen: ScreenPlan;
  tokens: TokenSet;
  vocabulary: Vocabulary;
  resolve?: ResolveGene;
}

/**
 * Decides every dose, set and perturbation of a follow-up.
 *
 * Throws: `not-found` when none of the genes is in the screen; `invalid-input` for a triple of other genes; `resource`
 * when the effects would not fit in memory.
 */
export function planFollowUp({ config, screen, tokens, vocabulary, resolve }: FollowUpInput): FollowUpPlan {
  const { found: genes, notFound, indexOf } = findGenes(config.genes, screen, resolve);
  const conditions = new Conditions();
  const series = planSeries(config, genes, screen, tokens, vocabulary, conditions);
  const sets = planSets(
    config,
    genes,
    config.triples.map((text) => tripleOf(text, indexOf)),
    conditions,
  );
  const responses = planResponses(config, genes, screen);
  const plan: FollowUpPlan = {
    config,
    genes,
    notFound,
    conditions: conditions.all,
    series,
    sets,
    responses,
    warnings: warningsOf(notFound, responses, config, screen),
  };
  const nEffects = plan.conditions.length * screen.cells.length * goalStates(screen).length * 2;
  if (nEffects > MAX_EFFECTS)
    throw new WorkbenchError(
      'resource',
      `follow-up: ${plan.conditions.length} perturbations of ${screen.cells.length} cells are ${nEffects} effects, more than the ${MAX_EFFECTS} kept at once; take fewer genes.`,
    );
  return plan;
}

const raise = ({ tokenId, dose }: PlannedGene): Change => ({ kind: 'raise', tokenId, value: dose });
const mask = ({ tokenId }: PlannedGene): Change => ({ kind: 'mask', tokenId });

function planSeries(
  config: FollowUpInput['config'],
  genes: readonly PlannedGene[],
  { maxLength }: ScreenPlan,
  tokens: TokenSet,
  vocabulary: Vocabulary,
  conditions: Conditions,
): SeriesPlan[] {
  const kinds = config.parts.includes('doses') ? [...new Set(config.series)] : [];
  const statistics = kinds.includes('raise') ? tokenStatistics(tokens, vocabulary.tokens.length, maxLength) : null;
  const ids = genes.map(({ tokenId }) => tokenId);
  const values = statistics
    ? RAISE_PERCENTILES.map((percentile) => percentileDoses(tokens, statistics, ids, { percentile, maxLength }))
    : [];
  return genes.flatMap((gene, g) =>
    kinds.map((kind): SeriesPlan => {
      const { tokenId } = gene;
      if (kind === 'raise') {
        const points = raisePoints(values.map((percentile) => percentile[g]));
        return {
          gene: g,
          kind,
          points: points.map(({ at, value }) => ({ at, value, condition: conditions.of({ kind, tokenId, value }) })),
          masked: null,
        };
      }
      if (kind === 'rank')
        return {
          gene: g,
          kind,
          points: RANK_POINTS.map((at) => ({
            at,
            value: null,
            condition: conditions.of({ kind, tokenId, percentile: at }),
          })),
          masked: null,
        };
      return {
        gene: g,
        kind,
        points: LOWER_LEVELS.map((at) => ({
          at,
          value: null,
          condition: conditions.of(at > 0 ? { kind, tokenId, level: at } : { kind: 'remove', tokenId }),
        })),
        masked: conditions.of(mask(gene)),
      };
    }),
  );
}

function planSets(
  config: FollowUpInput['config'],
  genes: readonly PlannedGene[],
  triples: readonly number[][],
  conditions: Conditions,
): SetPlan[] {
  const kinds = config.parts.includes('combinations') ? [...new Set(config.combinations)] : [];
  const set = (kind: SetPlan['kind'], rows: number[], changes: Change[]): SetPlan => ({
    kind,
    genes: rows,
    condition: conditions.of(...changes),
    singles: changes.map((change) => conditions.of(change)),
    pairs:
      rows.length < 3 ? [] : changes.map((_, left) => conditions.of(...changes.filter((_change, i) => i !== left))),
  });
  return kinds.flatMap((kind) => {
    const sets: SetPlan[] = [];
    for (let a = 0; a < genes.length; a++)
      for (let b = kind === 'mixed' ? 0 : a + 1; b < genes.length; b++) {
        if (a === b) continue;
        const [first, second] = [kind === 'silence' ? mask : raise, kind === 'raise' ? raise : mask];
        sets.push(set(kind, [a, b], [first(genes[a]), second(genes[b])]));
      }
    if (kind !== 'mixed')
      for (const rows of triples)
        sets.push(
          set(
            kind,
            rows,
            rows.map((row) => (kind === 'raise' ? raise : mask)(genes[row])),
          ),
        );
    return sets;
  });
}

function tripleOf(text: string, indexOf: (name: string) => number): number[] {
  const names = text.split('+').map((name) => name.trim());
  const rows = names.map(indexOf);
  const stray = names.find((_, i) => rows[i] < 0);
  if (stray !== undefined)
    throw new WorkbenchError(
      'invalid-input',
      `triple ${text}: ${stray} is none of the genes that are looked at; add it to them.`,
    );
  if (new Set(rows).size < 3)
    throw new WorkbenchError('invalid-input', `triple ${text}: it names a gene twice; give three genes.`);
  return rows.sort((a, b) => a - b);
}

/** The chosen genes and matched null genes, each perturbed by each operator. */
function planResponses(
  config: FollowUpInput['config'],
  genes: readonly PlannedGene[],
  screen: ScreenPlan,
): ResponsePlan[] {
  if (!config.parts.includes('responses')) return [];
  const kinds = [...new Set(config.responses)];
  const chosen = new Set(genes.map(({ tokenId }) => tokenId));
  const pool = screen.genes.filter(({ isNull, tokenId }) => isNull && !chosen.has(tokenId));
  const both = [...genes, ...pool];
  const nulls = matchedNullGenes(
    { detections: both.map((gene) => gene.detections), meanValues: both.map((gene) => gene.meanValue) },
    genes.map((_, i) => i),
    pool.map((_, i) => genes.length + i),
    { nGenes: config.nNullPerturbations, seed: screen.config.seed },
  ).map((i) => both[i]);
  const change = (kind: ResponseKind, gene: PlannedGene) => (kind === 'raise' ? raise(gene) : mask(gene));
  return kinds.flatMap((kind) => [
    ...genes.map((gene, g) => ({ gene: g, tokenId: gene.tokenId, kind, change: change(kind, gene) })),
    ...nulls.map((gene) => ({ gene: null, tokenId: gene.tokenId, kind, change: change(kind, gene) })),
  ]);
}

function warningsOf(
  notFound: FollowUpPlan['notFound'],
  responses: readonly ResponsePlan[],
  config: FollowUpInput['config'],
  { replicateUnit }: ScreenPlan,
): string[] {
  const warnings = notFound.map(({ gene, reason }) => `${gene}: ${reason}.`);
  const kinds = responses.length > 0 ? new Set(config.responses).size : 0;
  const nNull = kinds === 0 ? 0 : responses.filter(({ gene }) => gene === null).length / kinds;
  if (kinds > 0 && nNull < config.nNullPerturbations)
    warnings.push(
      `Only ${nNull} null genes of the screen could be perturbed (${config.nNullPerturbations} were asked for).`,
    );
  if (replicateUnit === 'cell') warnings.push('Cells are the replicate, as in the screen, which overstates certainty.');
  return warnings;
}
