import type { ChosenGenes } from '#shared/domain/ranking-checks.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { permutationTest, rankSum } from '#singlecell/statistics/rank-tests.ts';

const PERMUTATIONS = 2000;

interface Named {
  id: string;
  symbol: string;
}

/** Gene ids of names a user gave, by id, symbol or alias; in the order given, each once, with the names that are none. */
export function findGenes(
  names: readonly string[],
  genes: readonly Named[],
  resolve: (name: string) => string | null = () => null,
): { ids: Set<string>; unknown: string[] } {
  const bySymbol = new Map(genes.map((gene) => [gene.symbol.toUpperCase(), gene.id]));
  const byId = new Map(genes.map((gene) => [gene.id.toUpperCase(), gene.id]));
  const ids = new Set<string>();
  const unknown: string[] = [];
  for (const name of names.map((text) => text.trim()).filter((text) => text !== '')) {
    const key = name.toUpperCase();
    const id = byId.get(key) ?? bySymbol.get(key) ?? byId.get(resolve(name)?.toUpperCase() ?? '');
    if (id === undefined) unknown.push(name);
    else ids.add(id);
  }
  return { ids, unknown };
}

/**
 * False discovery rates among genes chosen in advance: Benjamini and Hochberg over these tests alone.
 *
 * Note: honest only for a list made before the result was seen. Null for genes that are not in it.
 */
export function chosenFdr(pValues: ArrayLike<number>, isChosen: readonly boolean[]): (number | null)[] {
  const own = benjaminiHochberg(isChosen.map((chosen, i) => (chosen ? pValues[i] : NaN)));
  return isChosen.map((chosen, i) => (!chosen ? null : Number.isNaN(own[i]) ? 1 : own[i]));
}

/** The chosen genes as a group beside null genes: by ranks, and by relabelling of means. */
export function chosenGroup(
  effects: readonly number[],
  nullEffects: readonly number[],
  fdr: readonly (number | null)[],
  rest: { notRanked: string[]; seed: number },
): ChosenGenes {
  return {
    nTested: effects.length,
    nSignificant: fdr.filter((value) => value !== null && value < 0.05).length,
    notRanked: rest.notRanked,
    rankSumPValue: rankSum(effects, nullEffects).pValue,
    permutationPValue:
      effects.length === 0 || nullEffects.length === 0
        ? 1
        : permutationTest(effects, nullEffects, { nPermutations: PERMUTATIONS, seed: rest.seed }).pValue,
  };
}
