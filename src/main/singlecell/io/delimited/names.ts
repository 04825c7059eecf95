/** Database ids of genes, of any species. */
const GENE_ID = /^(ENS[A-Z]*G\d{11}(\.\d+)?|FBgn\d{7}|WBGene\d{8}|LOC\d+|ENTREZ:\d+)(_PAR_Y)?([_|].+)?$/i;
/** Names that only genes have: clones, families, mitochondrial and ribosomal genes, names of the mouse consortium. */
const GENE_ONLY =
  /^((MT|mt)-\w+|RP[SL]\d+[A-Z]?|Rp[sl]\d+[a-z]?|RP\d+-\w+(\.\d+)?|(LINC|MIR|SNOR[AD])\d+\w*|A[A-Z]\d{6}(\.\d+)?|\w+Rik|Gm\d{3,}|C\d+orf\d+|ERCC-\d{5}|HLA-\w+|H2-\w+|KRT\d+|Krt\d+|ZNF\d+|Zfp\d+|SLC\d+A\d+|Slc\d+a\d+|(CD|Cd)\d+[A-Za-z]?|(HOX|Hox)[A-Da-d]\d+|(IL|Il)\d+[A-Za-z]*\d*|(COL|Col)\d+[Aa]\d+)$/;
/** Genes that nearly every table of any tissue has, and regulators that short lists of genes have. */
const KNOWN_GENES = new Set(
  (
    'ACTB GAPDH B2M MALAT1 EEF1A1 TUBA1B HSPA1A HSP90AB1 FOS JUN JUNB MYC TP53 VIM LYZ NKG7 GNLY GATA1 GATA2 GATA3 SPI1 ' +
    'RUNX1 PAX5 CEBPA TBX21 ALB INS GCG SST PPY SOX2 SOX9 POU5F1 NANOG KLF4 PTPRC EPCAM FTH1 FTL TMSB4X ENO1 PGK1 XIST'
  ).split(' '),
);
const SYMBOL = /^([A-Z][A-Z0-9]{1,9}([-.][A-Z0-9]{1,4})?|[A-Z][a-z0-9]{1,10}([-.][A-Za-z0-9]{1,4})?)$/;
/** A gene name that a spreadsheet turned to a date. */
const DATED = /^(\d{1,2}-(mar|sep|dec|feb|apr|oct|nov)|(mar|sep|dec)-\d{1,2}|\d{4}-(03|09|12)-\d\d)$/i;

const BARCODE = /(^|[^A-Za-z])[ACGTN]{8,}([^A-Za-z]|$)/;
const CELL_WORD =
  /^(cell|cells|sample|gsm|srr|err|drr|sra|sc|bc|barcode|well|plate|donor|patient|subject|mouse|ctrl|control|wt|ko|tumou?r|rep|replicate|d|c|s|p)[-_. ]?\d+([-_. ].*)?$/i;
const WELL = /^([A-P](0[1-9]|1\d|2[0-4])|[A-P]\d{1,2}[-_.].+)$/;
const FILE_NAME = /[\\/]|\.(bam|sam|txt|fastq|fq|count|counts|cram)(\.gz)?$/i;
/** Fewer different stems than this share (numbers taken away) make a numbered list, such as Cell1, Cell2, … */
const NUMBERED_STEMS = 0.1;
const MAX_LOOKED_AT = 4000;

export interface NameScore {
  /** From -1, names of cells, to 1, names of genes; 0 where nothing can be told. */
  score: number;
  /** Share of names that look like genes. */
  genes: number;
  /** Share of database ids. */
  ids: number;
}

/** Whether a list of names looks like genes or like cells. */
export function scoreNames(names: readonly string[]): NameScore {
  const step = Math.max(1, Math.floor(names.length / MAX_LOOKED_AT));
  const stems = new Set<string>();
  let [n, genes, cells, ids] = [0, 0, 0, 0];
  for (let i = 0; i < names.length; i += step) {
    const name = names[i].trim();
    n++;
    stems.add(name.replace(/\d+/g, '#'));
    if (GENE_ID.test(name)) {
      genes++;
      ids++;
    } else if (looksLikeCell(name)) cells++;
    else if (looksLikeGene(name)) genes++;
  }
  if (n === 0) return { score: 0, genes: 0, ids: 0 };
  const isNumbered = n >= 20 && stems.size < NUMBERED_STEMS * n && ids < 0.5 * n;
  const score = isNumbered ? -Math.max(0.5, cells / n) : (genes - cells) / n;
  return { score, genes: isNumbered ? 0 : genes / n, ids: ids / n };
}

export function looksLikeGene(name: string): boolean {
  return (
    GENE_ID.test(name) ||
    KNOWN_GENES.has(name.toUpperCase()) ||
    GENE_ONLY.test(name) ||
    DATED.test(name) ||
    (SYMBOL.test(name) && !looksLikeCell(name))
  );
}

function looksLikeCell(name: string): boolean {
  if (KNOWN_GENES.has(name.toUpperCase()) || GENE_ONLY.test(name)) return false;
  return BARCODE.test(name) || CELL_WORD.test(name) || WELL.test(name) || FILE_NAME.test(name);
}

const key = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const GENE_HEADERS = words(
  'gene genes genename genenames geneid geneids genesymbol genesymbols symbol symbols hgncsymbol mgisymbol ensembl ensemblid ensemblgeneid ensemblgene feature featureid featurename entrez entrezid entrezgene externalgenename target targetid',
);
const CELL_HEADERS = words(
  'cell cells cellid cellids cellname cellbarcode barcode barcodes cb sample sampleid sampleids sampleidentifier well',
);
const VALUE_HEADERS = words(
  'count counts umi umis umicount umicounts value values n reads readcount readcounts expression expr x',
);
/** What annotation files and counting programs put beside the names of genes. */
const GENE_ANNOTATIONS = words(
  'chr chrom chromosome chromosomename seqname start end stop strand length genelength effectivelength width biotype genebiotype genetype type source description genedescription entrez entrezid entrezgene band locus exons transcript transcriptid transcriptids hgncid mgiid ncbiid family',
);
const CELL_ANNOTATIONS = words(
  'celltype celltypes cellstate cluster clusters seuratclusters leiden louvain label labels annotation batch sample samples donor donorid patient patientid individual subject condition treatment timepoint time day age sex gender tissue organ organism species origident plate phase group replicate disease diagnosis genotype strain platform library lane doublet doubletscore pseudotime barcode',
);
const CELL_NUMBERS =
  /^(n_?(count|feature|umi|gene|read)s?([_.].*)?|total[_.]?(counts|umis?|reads|genes).*|num[_.].*|(percent|pct|perc|frac|fraction)[_. ].*|mito.*(ratio|percent|frac).*|log1?p?_?(n|total).*|(umap|tsne|pca?|pc)[_.-]?\d{1,2}|[xy](_?(coord|pos).*)?|(s|g2m)[_.]?score)$/i;
/** Lines that counting programs add below the genes. */
const TALLY =
  /^(__(no_feature|ambiguous|too_low_aQual|not_aligned|alignment_not_unique)|N_(unmapped|multimapping|noFeature|ambiguous)|no_feature|alignment_not_unique|Unassigned_\w+)$/;

export const isGeneHeader = (name: string): boolean => GENE_HEADERS.has(key(name));
export const isCellHeader = (name: string): boolean => CELL_HEADERS.has(key(name));
export const isValueHeader = (name: string): boolean => VALUE_HEADERS.has(key(name));
export const isGeneAnnotation = (name: string): boolean => GENE_ANNOTATIONS.has(key(name));
export const isCellAnnotation = (name: string): boolean => CELL_ANNOTATIONS.has(key(name)) || CELL_NUMBERS.test(name);
/** How programs call a column of row names: R, pandas, or nothing. */
export const isIndexHeader = (name: string): boolean =>
  name === '' || /^(unnamed:? ?0|index|rownames?|row\.?names?|v1|x|id|name)$/i.test(name);
export const isTally = (name: string): boolean => TALLY.test(name);
