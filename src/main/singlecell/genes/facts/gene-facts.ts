import type { Species } from '#shared/domain/gene.ts';
import { type DosageSensitivity, DruggableFamily, GeneClass } from '#shared/domain/gene-evidence.ts';
import type { OrthologKind } from '#shared/domain/gene-report.ts';
import { readGeneTable } from '../gene-table.ts';
import type { GeneResolver } from '../resolver.ts';
import { CellTypes } from './cell-types.ts';
import { type Cocktail, loadCocktails } from './cocktails.ts';
import { loadRegulons, type Regulons } from './regulons.ts';

/** A cocktail with the gene ids of one species; a factor that has no gene there is left out of `ids`. */
export interface SpeciesCocktail extends Cocktail {
  raisedIds: readonly string[];
  takenAwayIds: readonly string[];
}

/** What the shipped tables know of the genes of one species. */
export interface GeneFacts {
  classesOf(id: string): GeneClass[];
  familyOf(id: string): string | null;
  orthologOf(id: string): { kind: OrthologKind; symbol: string | null };
  /** Null where a human counterpart is wanting, so that nothing could be looked up. */
  dosageOf(id: string): DosageSensitivity | null;
  druggableFamiliesOf(id: string): DruggableFamily[] | null;
  regulons: Regulons;
  cocktails: readonly SpeciesCocktail[];
  cellTypes: CellTypes;
}

/** Reads the shipped tables for one species. Throws: `unavailable` where one is missing. */
export async function loadGeneFacts(
  resourcesDir: string,
  resolver: GeneResolver,
  species: Species,
): Promise<GeneFacts> {
  const resolve = (names: readonly string[]) =>
    resolver.resolveAll(names, species).map((one) => (one.status === 'matched' ? one.gene : null));
  const { orthologs, sets } = resolver;
  const other: Species = species === 'human' ? 'mouse' : 'human';
  const across = (id: string) => (species === 'human' ? orthologs.mouse(id) : orthologs.human(id));
  const here = (humanId: string) => (species === 'human' ? humanId : orthologs.mouse(humanId));

  const classes = new Map<string, Set<GeneClass>>();
  const put = (id: string | undefined, name: string) => {
    if (id !== undefined) classes.set(id, (classes.get(id) ?? new Set<GeneClass>()).add(GeneClass.parse(name)));
  };
  for (const id of sets.transcriptionFactors(species)) put(id, 'transcription-factor');
  for (const [name, id] of await readGeneTable(resourcesDir, 'gene-classes.tsv.gz')) put(here(id), name);
  const families = new Map<string, string>();
  for (const [id, family] of await readGeneTable(resourcesDir, 'transcription-factors.tsv.gz')) {
    const own = here(id);
    if (own !== undefined && family)
      families.set(
        own,
        family
          .replaceAll('"', '')
          .split('|')[0]
          .replace(/ and pseudogenes$/, ''),
      );
  }
  const druggable = new Map<string, Set<string>>();
  for (const [family, id] of await readGeneTable(resourcesDir, 'druggable-families.tsv.gz'))
    druggable.set(id, (druggable.get(id) ?? new Set()).add(family));
  const haploinsufficient = new Map(
    (await readGeneTable(resourcesDir, 'haploinsufficient.tsv.gz')).map(([id, asOf]) => [id, asOf]),
  );
  const humanOf = (id: string) => (species === 'human' ? id : orthologs.human(id));
  const ids = (symbols: readonly string[]) =>
    resolve(symbols)
      .filter((gene) => gene !== null)
      .map((gene) => gene.id);
  const cocktails = (await loadCocktails(resourcesDir)).map((cocktail) => ({
    ...cocktail,
    raisedIds: ids(cocktail.raised),
    takenAwayIds: ids(cocktail.takenAway),
  }));
  return {
    classesOf: (id) => GeneClass.options.filter((name) => classes.get(id)?.has(name)),
    familyOf: (id) => families.get(id) ?? null,
    orthologOf: (id) => {
      const partner = across(id);
      return {
        kind: orthologs.kindOf(id, species),
        symbol: partner === undefined ? null : (resolver.byId(partner, other)?.symbol ?? null),
      };
    },
    dosageOf: (id) => {
      const human = humanOf(id);
      if (human === undefined) return null;
      const asOf = haploinsufficient.get(human) ?? null;
      return { isHaploinsufficient: asOf !== null, asOf };
    },
    druggableFamiliesOf: (id) => {
      const human = humanOf(id);
      return human === undefined ? null : DruggableFamily.options.filter((name) => druggable.get(human)?.has(name));
    },
    regulons: await loadRegulons(resourcesDir, species, resolve),
    cocktails,
    cellTypes: await CellTypes.load(resourcesDir),
  };
}
