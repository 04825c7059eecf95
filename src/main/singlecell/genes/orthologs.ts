import { readGeneTable } from './gene-table.ts';

/** One-to-one orthologs of human and mouse, by Ensembl id. */
export class Orthologs {
  readonly #mouseOfHuman: Map<string, string>;
  readonly #humanOfMouse: Map<string, string>;

  constructor(pairs: readonly (readonly [human: string, mouse: string])[]) {
    this.#mouseOfHuman = new Map(pairs);
    this.#humanOfMouse = new Map(pairs.map(([human, mouse]) => [mouse, human]));
  }

  static async load(resourcesDir: string): Promise<Orthologs> {
    const rows = await readGeneTable(resourcesDir, 'orthologs.tsv.gz');
    return new Orthologs(rows.map(([human, mouse]) => [human, mouse] as const));
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
}
