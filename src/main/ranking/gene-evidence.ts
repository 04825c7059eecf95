import type {
  CocktailMention,
  GeneEvidence,
  GoalCellType,
  Novelty,
  RegulonSupport,
} from '#shared/domain/gene-evidence.ts';
import type { GroupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { log2FoldChanges } from '#singlecell/baselines/ranking/scores.ts';
import type { CellType } from '#singlecell/genes/facts/cell-types.ts';
import type { GeneFacts, SpeciesCocktail } from '#singlecell/genes/facts/gene-facts.ts';
import { cellEffects } from '#screen/effects.ts';
import type { ScreenGene, ScreenResult } from '#screen/types.ts';
import type { Operator } from '#shared/domain/screen.ts';
import { type ExpressionChange, regulonSupport } from './regulon-support.ts';

/** Markers of the goal: the genes most above the start, seen in at least a tenth of the goal cells. */
const N_MARKERS = 100;
const MARKER_FRACTION = 0.1;
const MARKER_FOLD_CHANGE = 1;

export interface EvidenceInput {
  screen: ScreenResult;
  goal: string;
  operator: Operator;
  /** Genes of the dataset, in the order of `expression`. */
  genes: readonly ScreenGene[];
  expression: GroupExpression;
  startGroup: number;
  goalGroup: number;
  /** Ids of the genes that are ranked. */
  ranked: readonly string[];
  isKnown: readonly boolean[];
  /** What the shipped tables know; without it only the screen and the cells speak. */
  facts: GeneFacts | null;
}

/** Evidence beside the effect of every ranked gene, and the cell types the goal stands for. */
export function geneEvidence(input: EvidenceInput): { genes: GeneEvidence[]; goalCellTypes: GoalCellType[] } {
  const { facts, ranked, goal } = input;
  const changes = expressionChanges(input);
  const markers = markersOf(changes);
  const goalTypes = facts?.cellTypes.of(goal) ?? [];
  const regulons: (RegulonSupport | null)[] = facts
    ? regulonSupport(ranked, facts.regulons, changes, markers)
    : ranked.map(() => null);
  const mentions = facts ? mentionsByGene(facts, goalTypes) : new Map<string, CocktailMention[]>();
  const moves = cellMoves(input);
  const genes = ranked.map((id, i): GeneEvidence => {
    const cocktails = mentions.get(id) ?? [];
    return {
      classes: facts?.classesOf(id) ?? [],
      family: facts?.familyOf(id) ?? null,
      ...moves[i],
      regulon: regulons[i],
      ortholog: facts?.orthologOf(id) ?? null,
      cocktails,
      novelty: noveltyOf(input.isKnown[i], cocktails, regulons[i]),
      dosage: facts?.dosageOf(id) ?? null,
      druggableFamilies: facts?.druggableFamiliesOf(id) ?? null,
    };
  });
  return { genes, goalCellTypes: goalTypes.map(({ name, id }) => ({ name, id })) };
}

function expressionChanges({ genes, expression, startGroup, goalGroup }: EvidenceInput): Map<string, ExpressionChange> {
  const { nGenes, fractions } = expression;
  const foldChanges = log2FoldChanges(expression, startGroup, goalGroup);
  return new Map(
    genes.map(({ id }, row) => [
      id,
      {
        log2FoldChange: foldChanges[row],
        startFraction: fractions[startGroup * nGenes + row],
        goalFraction: fractions[goalGroup * nGenes + row],
      },
    ]),
  );
}

function markersOf(changes: ReadonlyMap<string, ExpressionChange>): Set<string> {
  const high = [...changes]
    .filter(([, one]) => one.goalFraction >= MARKER_FRACTION && one.log2FoldChange >= MARKER_FOLD_CHANGE)
    .sort(([a, left], [b, right]) => right.log2FoldChange - left.log2FoldChange || (a < b ? -1 : 1));
  return new Set(high.slice(0, N_MARKERS).map(([id]) => id));
}

/** In how many start cells each gene moves which way. */
function cellMoves({ screen, goal, operator, ranked }: EvidenceInput) {
  const { plan } = screen;
  const rowOf = new Map(plan.genes.map((gene, row) => [gene.geneId, row]));
  const nCells = plan.cells.length;
  const effects = cellEffects(screen, { operator, goal, readOut: plan.config.readOut });
  return ranked.map((id) => {
    const row = rowOf.get(id) as number;
    const moves = { nTowards: 0, nAway: 0, nUnmoved: 0 };
    for (let i = row * nCells; i < (row + 1) * nCells; i++) {
      if (effects[i] > 0) moves.nTowards++;
      else if (effects[i] < 0) moves.nAway++;
      else if (effects[i] === 0) moves.nUnmoved++;
    }
    return moves;
  });
}

/** Cocktails by the id of each gene in them, those to the goal first. */
function mentionsByGene(facts: GeneFacts, goalTypes: readonly CellType[]): Map<string, CocktailMention[]> {
  const keys = new Set(goalTypes.map(({ key }) => key));
  const lineages = new Set(goalTypes.map(({ lineage }) => lineage));
  const typeOf = new Map(facts.cellTypes.all.map((type) => [type.key, type]));
  const mentions = new Map<string, CocktailMention[]>();
  const put = (id: string, action: CocktailMention['action'], cocktail: SpeciesCocktail) => {
    const type = typeOf.get(cocktail.goal);
    const ledTo = keys.has(cocktail.goal) ? 'goal' : type && lineages.has(type.lineage) ? 'relative' : 'elsewhere';
    const mention: CocktailMention = {
      id: cocktail.id,
      cellType: type?.name ?? cocktail.goal,
      cellTypeId: type?.id ?? null,
      start: cocktail.start,
      species: cocktail.species,
      raised: [...cocktail.raised],
      takenAway: [...cocktail.takenAway],
      action,
      doi: cocktail.doi,
      ledTo,
    };
    mentions.set(id, [...(mentions.get(id) ?? []), mention]);
  };
  for (const cocktail of facts.cocktails) {
    for (const id of cocktail.raisedIds) put(id, 'raised', cocktail);
    for (const id of cocktail.takenAwayIds) put(id, 'taken-away', cocktail);
  }
  const order = ['goal', 'relative', 'elsewhere'];
  for (const list of mentions.values())
    list.sort((a, b) => order.indexOf(a.ledTo) - order.indexOf(b.ledTo) || (a.id < b.id ? -1 : 1));
  return mentions;
}

function noveltyOf(isKnown: boolean, cocktails: readonly CocktailMention[], regulon: RegulonSupport | null): Novelty {
  if (isKnown) return 'given';
  if (cocktails.some(({ ledTo }) => ledTo === 'goal')) return 'cocktail';
  return regulon?.targets.some(({ isMarker }) => isMarker) ? 'regulon' : 'unrecorded';
}
