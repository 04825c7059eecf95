import type { Gene, Species } from '#shared/domain/gene.ts';
import { shortened } from '#shared/util/printable.ts';
import { GENE_CHOICE, type GeneReportRow } from '#shared/domain/gene-report.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { genomeOfName } from '../genes/genome-prefix.ts';
import type { GeneResolver, Resolution } from '../genes/resolver.ts';
import { isGeneExpression } from './feature-types.ts';
import type { FileGenes } from './reader.ts';

/** What became of one column of a file's matrix. */
export type GeneOutcome = Pick<GeneReportRow, 'input' | 'fileId' | 'status' | 'by' | 'gene' | 'candidates' | 'reason'>;

/** Genes of one or several files, in the order in which they are first named. */
export class GeneIndex {
  readonly genes: Gene[] = [];
  readonly #position = new Map<string, number>();

  /** Index of a gene, which is added if it is new. */
  add(gene: Gene): number {
    const known = this.#position.get(gene.id);
    if (known !== undefined) return known;
    const index = this.genes.push(gene) - 1;
    this.#position.set(gene.id, index);
    return index;
  }
}

/** Where each column of a file's matrix goes. */
export interface GeneMapping {
  genes: Gene[];
  /** Index into `genes` per column of the file; -1 where it is dropped. */
  target: Int32Array;
  /** Per column of the file: false for antibodies, spike-ins and the like. */
  isGene: boolean[];
  /** Per column of the file; null where it is no gene. */
  outcomes: (GeneOutcome | null)[];
  nInFile: number;
  nMatched: number;
  nAmbiguous: number;
  nMissing: number;
  matchedBy: Record<string, number>;
  duplicatesSummed: number;
  missingExamples: string[];
}

export interface MapGenesOptions {
  /** Names that the user has given a gene, each `name=id`. */
  choices?: readonly string[];
  /** Filled by every file of one import; its own where there is one file. */
  index?: GeneIndex;
}

const MAX_EXAMPLES = 20;
const WELL_FORMED: Record<Species, RegExp> = { human: /^(ENSG\d{11})(\.\d+)?$/, mouse: /^(ENSMUSG\d{11})(\.\d+)?$/ };

/**
 * Resolves the genes of a file; genes keep the order in which the file first names them.
 *
 * Throws: invalid-input where a chosen id is no listed gene of the species.
 * Note: an Ensembl id that is retired, so not in the tables, is kept under its own id unless its symbol leads to a
 * listed gene that the file does not have: its counts are real and the id says what it is.
 */
export function mapGenes(
  file: FileGenes,
  resolver: GeneResolver,
  species: Species,
  { choices = [], index = new GeneIndex() }: MapGenesOptions = {},
): GeneMapping {
  const isGene = isGeneExpression(file);
  const chosen = chosenGenes(choices, resolver, species);
  const local = file.names.map((name, i) => localName(name, file.ids?.[i], species));
  const names = local.map(({ name }) => name);
  const byName = resolver.resolveAll(names, species);
  const byId = file.ids
    ? resolver.resolveAll(
        file.ids.map((id) => genomeOfName(id)?.rest ?? id),
        species,
      )
    : null;
  const idsInFile = new Set(byId?.map((found) => (found.status === 'matched' ? found.gene.id : '')));
  const mapping: GeneMapping = {
    genes: index.genes,
    target: new Int32Array(names.length).fill(-1),
    isGene,
    outcomes: new Array<null>(names.length).fill(null),
    nInFile: 0,
    nMatched: 0,
    nAmbiguous: 0,
    nMissing: 0,
    matchedBy: {},
    duplicatesSummed: 0,
    missingExamples: [],
  };
  const seen = new Set<number>();
  names.forEach((name, column) => {
    if (!isGene[column]) return;
    mapping.nInFile++;
    const told = { input: file.names[column], fileId: file.ids?.[column] ?? null };
    const byHand = chosen.get(told.input) ?? (told.fileId === null ? undefined : chosen.get(told.fileId));
    const { foreign } = local[column];
    const found: Found = byHand
      ? { status: 'matched', gene: byHand, by: 'by-hand' }
      : foreign
        ? { status: 'missing', reason: `a gene of the other genome (${foreign}), the cells are read as ${species}` }
        : pick(name, told.fileId ?? undefined, byName[column], byId?.[column], idsInFile, species);
    mapping.outcomes[column] = { ...told, ...outcome(found) };
    if (found.status !== 'matched') {
      if (found.status === 'ambiguous') mapping.nAmbiguous++;
      else mapping.nMissing++;
      if (mapping.missingExamples.length < MAX_EXAMPLES) mapping.missingExamples.push(shortened(told.input));
      return;
    }
    mapping.nMatched++;
    mapping.matchedBy[found.by] = (mapping.matchedBy[found.by] ?? 0) + 1;
    const target = index.add(found.gene);
    if (seen.has(target)) mapping.duplicatesSummed++;
    seen.add(target);
    mapping.target[column] = target;
  });
  return mapping;
}

type Found =
  | { status: 'matched'; gene: Gene; by: string }
  | { status: 'ambiguous'; candidates: Gene[] }
  | { status: 'missing'; reason: string };

function outcome(found: Found): Pick<GeneOutcome, 'status' | 'by' | 'gene' | 'candidates' | 'reason'> {
  const { status } = found;
  switch (status) {
    case 'matched':
      return { status, by: found.by, gene: found.gene, candidates: [], reason: '' };
    case 'ambiguous':
      return { status, by: null, gene: null, candidates: found.candidates, reason: 'several genes go by this name' };
    case 'missing':
      return { status, by: null, gene: null, candidates: [], reason: found.reason };
  }
}

function pick(
  name: string,
  id: string | undefined,
  byName: Resolution,
  byId: Resolution | undefined,
  idsInFile: ReadonlySet<string>,
  species: Species,
): Found {
  if (byId?.status === 'matched') return byId;
  const retired = WELL_FORMED[species].exec(id ?? name)?.[1];
  if (retired === undefined) return byName;
  const isRenewed = byName.status === 'matched' && byName.by === 'symbol' && !idsInFile.has(byName.gene.id);
  if (byName.status === 'matched' && (isRenewed || byName.by === 'ensembl')) return byName;
  return { status: 'matched', gene: { id: retired, symbol: name }, by: 'ensembl-unlisted' };
}

/** Files of mixed genomes write `GRCh38_GATA1` and `mm10___Gata1`; `foreign` is the genome of a name of the other species. */
function localName(name: string, id: string | undefined, species: Species): { name: string; foreign?: string } {
  const prefix = genomeOfName(name) ?? (id === undefined ? null : genomeOfName(id));
  if (!prefix) return { name };
  const rest = genomeOfName(name)?.rest ?? name;
  return prefix.species === species ? { name: rest } : { name: '', foreign: prefix.genome };
}

function chosenGenes(choices: readonly string[], resolver: GeneResolver, species: Species): Map<string, Gene> {
  const chosen = new Map<string, Gene>();
  for (const choice of choices) {
    const parts = GENE_CHOICE.exec(choice);
    const gene = parts && resolver.byId(parts[2], species);
    if (!gene) {
      throw new WorkbenchError(
        'invalid-input',
        `Genes chosen by hand: ${choice} names no listed ${species} gene; write NAME=Ensembl id of a ${species} gene.`,
      );
    }
    chosen.set(parts[1], gene);
  }
  return chosen;
}
