import type { Gene, Species } from '#shared/domain/gene.ts';
import type { GeneResolver, Resolution } from '../genes/resolver.ts';
import { isGeneExpression } from './feature-types.ts';
import type { FileGenes } from './reader.ts';

/** Where each column of a file's matrix goes. */
export interface GeneMapping {
  genes: Gene[];
  /** Index into `genes` per column of the file; -1 where it is dropped. */
  target: Int32Array;
  /** Per column of the file: false for antibodies, spike-ins and genes of another genome. */
  isGene: boolean[];
  nInFile: number;
  nMatched: number;
  nAmbiguous: number;
  nMissing: number;
  matchedBy: Record<string, number>;
  duplicatesSummed: number;
  missingExamples: string[];
}

const MAX_EXAMPLES = 20;
const GENOME_PREFIX = /^(GRCh3[78]|hg\d\d|GRCm3[89]|mm\d{1,2})_+/;
const WELL_FORMED: Record<Species, RegExp> = { human: /^(ENSG\d{11})(\.\d+)?$/, mouse: /^(ENSMUSG\d{11})(\.\d+)?$/ };

/**
 * Resolves the genes of a file; genes keep the order in which the file first names them.
 *
 * Note: an Ensembl id that is retired, so not in the tables, is kept under its own id unless its symbol leads to a
 * listed gene that the file does not have: its counts are real and the id says what it is.
 */
export function mapGenes(file: FileGenes, resolver: GeneResolver, species: Species): GeneMapping {
  const isGene = isGeneExpression(file);
  const names = file.names.map((name) => localName(name, species));
  const byName = resolver.resolveAll(names, species);
  const byId = file.ids
    ? resolver.resolveAll(
        file.ids.map((id) => localName(id, species)),
        species,
      )
    : null;
  const idsInFile = new Set(byId?.map((found) => (found.status === 'matched' ? found.gene.id : '')));
  const mapping: GeneMapping = {
    genes: [],
    target: new Int32Array(names.length).fill(-1),
    isGene,
    nInFile: 0,
    nMatched: 0,
    nAmbiguous: 0,
    nMissing: 0,
    matchedBy: {},
    duplicatesSummed: 0,
    missingExamples: [],
  };
  const position = new Map<string, number>();
  names.forEach((name, column) => {
    if (!isGene[column]) return;
    mapping.nInFile++;
    const found = pick(name, file.ids?.[column], byName[column], byId?.[column], idsInFile, species);
    if (found === 'ambiguous' || found === 'missing') {
      if (found === 'ambiguous') mapping.nAmbiguous++;
      else mapping.nMissing++;
      if (mapping.missingExamples.length < MAX_EXAMPLES) mapping.missingExamples.push(file.names[column]);
      return;
    }
    mapping.nMatched++;
    mapping.matchedBy[found.by] = (mapping.matchedBy[found.by] ?? 0) + 1;
    const known = position.get(found.gene.id);
    if (known !== undefined) mapping.duplicatesSummed++;
    const target = known ?? mapping.genes.push(found.gene) - 1;
    position.set(found.gene.id, target);
    mapping.target[column] = target;
  });
  return mapping;
}

function pick(
  name: string,
  id: string | undefined,
  byName: Resolution,
  byId: Resolution | undefined,
  idsInFile: ReadonlySet<string>,
  species: Species,
): { gene: Gene; by: string } | 'ambiguous' | 'missing' {
  if (byId?.status === 'matched') return { gene: byId.gene, by: byId.by };
  const retired = WELL_FORMED[species].exec(id ?? name)?.[1];
  if (retired !== undefined) {
    const isRenewed = byName.status === 'matched' && byName.by === 'symbol' && !idsInFile.has(byName.gene.id);
    if (byName.status === 'matched' && (isRenewed || byName.by === 'ensembl'))
      return { gene: byName.gene, by: byName.by };
    return { gene: { id: retired, symbol: name }, by: 'ensembl-unlisted' };
  }
  if (byName.status === 'matched') return { gene: byName.gene, by: byName.by };
  return byName.status;
}

/** Files of mixed genomes write `GRCh38_GATA1` and `mm10___Gata1`; names of the other genome become empty. */
function localName(name: string, species: Species): string {
  const prefix = GENOME_PREFIX.exec(name);
  if (!prefix) return name;
  const isHuman = /^(GRCh|hg)/.test(prefix[1]);
  return isHuman === (species === 'human') ? name.slice(prefix[0].length) : '';
}
