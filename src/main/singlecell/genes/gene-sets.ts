import type { Species } from '#shared/domain/gene.ts';
import type { GeneTable } from './gene-table.ts';
import { readGeneTable } from './gene-table.ts';
import type { Orthologs } from './orthologs.ts';

/** Names of the sets derived from HGNC gene groups. */
export type GeneSetName =
  | 'mitochondrial_encoded'
  | 'ribosomal_cytosolic'
  | 'ribosomal_mitochondrial'
  | 'cd_molecules_surface'
  | 'homeobox'
  | 'nuclear_receptors'
  | 'bHLH'
  | 'zinc_finger_C2H2'
  | 'GPCR'
  | 'ion_channels';

/** Gene sets by Ensembl id. Sets are human; those of the mouse follow through one-to-one orthologs. */
export class GeneSets {
  readonly #sets: Record<Species, Map<string, ReadonlySet<string>>>;
  readonly #tables: Record<Species, GeneTable>;

  constructor(human: Map<string, Set<string>>, tables: Record<Species, GeneTable>, orthologs: Orthologs) {
    const mouse = new Map<string, ReadonlySet<string>>();
    for (const [name, ids] of human) {
      mouse.set(name, new Set([...ids].map((id) => orthologs.mouse(id)).filter((id) => id !== undefined)));
    }
    mouse.set('mitochondrial_encoded', mitochondrialBySymbol(tables.mouse));
    this.#sets = { human, mouse };
    this.#tables = tables;
  }

  static async load(resourcesDir: string, tables: Record<Species, GeneTable>, orthologs: Orthologs): Promise<GeneSets> {
    const human = new Map<string, Set<string>>();
    const put = (set: string, id: string) => {
      const ids = human.get(set) ?? new Set();
      human.set(set, ids.add(id));
    };
    for (const [set, id] of await readGeneTable(resourcesDir, 'gene-sets.tsv.gz')) put(set, id);
    for (const [id] of await readGeneTable(resourcesDir, 'transcription-factors.tsv.gz'))
      put('transcription_factors', id);
    return new GeneSets(human, tables, orthologs);
  }

  transcriptionFactors(species: Species): ReadonlySet<string> {
    return this.#sets[species].get('transcription_factors') ?? new Set();
  }

  set(name: GeneSetName, species: Species): ReadonlySet<string> {
    return this.#sets[species].get(name) ?? new Set();
  }

  isTranscriptionFactor(id: string, species: Species): boolean {
    return this.transcriptionFactors(species).has(id);
  }

  isMitochondrial(id: string, species: Species): boolean {
    return this.set('mitochondrial_encoded', species).has(id);
  }

  /** Protein-coding gene or microRNA: what the published model has tokens for. */
  isCoreGene(id: string, species: Species): boolean {
    const biotype = this.biotype(id, species);
    return biotype === 'protein_coding' || biotype === 'miRNA';
  }

  /** GENCODE biotype; null for an id that is not listed. */
  biotype(id: string, species: Species): string | null {
    const table = this.#tables[species];
    const row = table.rowOfId(id);
    return row === undefined ? null : table.biotype(row);
  }
}

/** The mouse mitochondrial genome has few one-to-one classes in the homology table, but its symbols are regular. */
function mitochondrialBySymbol(table: GeneTable): Set<string> {
  const ids = new Set<string>();
  for (let row = 0; row < table.size; row++) {
    const { id, symbol } = table.gene(row);
    if (symbol.startsWith('mt-')) ids.add(id);
  }
  return ids;
}
