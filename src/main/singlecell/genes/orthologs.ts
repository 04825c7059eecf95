import type { OrthologKind, OrthologShare } from '#shared/domain/gene-report.ts';
import type { Species } from '#shared/domain/gene.ts';
import { readGeneTable } from './gene-table.ts';

type Pairs = readonly (readonly [human: string, mouse: string])[];

/** Orthologs of human and mouse, by Ensembl id. */
export class Orthologs {
  readonly #mouseOfHuman: Map<string, string>;
  readonly #humanOfMouse: Map<string, string>;
  /** Homologs that are not one-to-one, of genes of either species. */
  readonly #others: Record<Species, ReadonlyMap<string, readonly string[]>>;

  constructor(pairs: Pairs, others: Pairs = []) {
    this.#mouseOfHuman = new Map(pairs);
    this.#humanOfMouse = new Map(pairs.map(([human, mouse]) => [mouse, human]));
    this.#others = { human: grouped(others), mouse: grouped(others.map(([human, mouse]) => [mouse, human])) };
  }

  static async load(resourcesDir: string): Promise<Orthologs> {
    const pairs = async (name: string): Promise<Pairs> =>
      (await readGeneTable(resourcesDir, name)).map(([human, mouse]) => [human, mouse]);
    return new Orthologs(await pairs('orthologs.tsv.gz'), await pairs('homologs.tsv.gz'));
  }

  get size(): number {
    return this.#mouseOfHuman.size;
  }

  mouse(humanId: string): string | undefined {
    return this.#mouseOfHuman.get(humanId);
  }

  human(mouseId: string): string | undefined {
    return this.#humanOfMouse.get(mouseId);
  }

  /** Mouse Ensembl id → human Ensembl id, as the tokeniser takes it. */
  homologs(): ReadonlyMap<string, string> {
    return this.#humanOfMouse;
  }

  /** Homologs of a gene that is in no one-to-one pair; none for one that is. */
  relatives(id: string, species: Species): readonly string[] {
    return this.#others[species].get(id) ?? [];
  }

  /** How a gene is related to the other species; the gene's own side comes first. */
  kindOf(id: string, species: Species): OrthologKind {
    if (species === 'human' ? this.#mouseOfHuman.has(id) : this.#humanOfMouse.has(id)) return 'one-to-one';
    const others = this.#others[species].get(id);
    if (!others) return 'none';
    const back = this.#others[species === 'human' ? 'mouse' : 'human'];
    const listed = species === 'human' ? this.#humanOfMouse : this.#mouseOfHuman;
    const isShared = others.some((other) => back.get(other)!.length > 1 || listed.has(other));
    if (others.length === 1) return isShared ? 'many-to-one' : 'one-to-one-unlisted';
    return isShared ? 'many-to-many' : 'one-to-many';
  }

  /** Genes and counts of every kind of relation. */
  shares(genes: readonly { id: string; counts: number }[], species: Species): OrthologShare[] {
    const shares = new Map<OrthologKind, OrthologShare>();
    for (const { id, counts } of genes) {
      const kind = this.kindOf(id, species);
      const share = shares.get(kind) ?? { kind, genes: 0, counts: 0 };
      shares.set(kind, { kind, genes: share.genes + 1, counts: share.counts + counts });
    }
    return [...shares.values()].sort((a, b) => b.genes - a.genes || (a.kind < b.kind ? -1 : 1));
  }
}

function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [from, to] of pairs) groups.set(from, [...(groups.get(from) ?? []), to]);
  return groups;
}
