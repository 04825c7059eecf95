/**
 * Makes resources/genes from public reference tables.
 *
 * Usage: node build/make-gene-tables.ts <folder with the references> [resources folder]
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { classRows, druggableRows } from './gene-class-rules.ts';
import { gzippedTable, readTable, type Row } from './gene-table-files.ts';
import { SOURCES, type Source } from './gene-table-sources.ts';

const [references = '../shared/data/references', resources = 'resources'] = process.argv.slice(2);
const outFolder = path.join(resources, 'genes');
mkdirSync(outFolder, { recursive: true });

const read = (name: string): Row[] => {
  const bytes = readFileSync(path.join(references, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return readTable(text, name.includes('.csv') ? ',' : '\t');
};

const withoutVersion = (id: string) => id.replace(/\.\d+$/, '');
const files: { name: string; what: string; rows: number; sources: Source[] }[] = [];

function emit(name: string, what: string, columns: string[], rows: string[][], sources: Source[]): void {
  writeFileSync(path.join(outFolder, name), gzippedTable(columns, rows));
  files.push({ name, what, rows: rows.length, sources });
}

const GENE_COLUMNS = ['id', 'symbol', 'biotype', 'official', 'entrez', 'previous', 'aliases'];
const list = (text: string) => text.replaceAll('"', '');

const hgnc = read('hgnc_complete_set.txt.gz').filter((row) => row.ensembl_gene_id);
const hgncById = new Map<string, Row>();
for (const row of hgnc) if (!hgncById.has(row.ensembl_gene_id)) hgncById.set(row.ensembl_gene_id, row);
const LOCUS_BIOTYPE: Record<string, string> = {
  'protein-coding gene': 'protein_coding',
  'RNA, micro': 'miRNA',
  'RNA, long non-coding': 'lncRNA',
};
const humanGenes = new Map<string, string[]>();
for (const row of read('human_ensembl_latest.csv.gz')) {
  const id = withoutVersion(row.gene_id);
  const official = hgncById.get(id);
  humanGenes.set(id, humanRow(id, official?.symbol ?? row.gene_name, row.biotype, official));
}
for (const [id, row] of hgncById) {
  if (humanGenes.has(id)) continue;
  const biotype = LOCUS_BIOTYPE[row.locus_group] ?? LOCUS_BIOTYPE[row.locus_type] ?? row.locus_type;
  humanGenes.set(id, humanRow(id, row.symbol, biotype, row));
}
function humanRow(id: string, symbol: string, biotype: string, row: Row | undefined): string[] {
  return [
    id,
    symbol,
    biotype,
    row ? '1' : '',
    row?.entrez_id ?? '',
    list(row?.prev_symbol ?? ''),
    list(row?.alias_symbol ?? ''),
  ];
}
/** Names of older annotations, most of them clones, that no gene of the tables has by now. */
const named = new Set([...humanGenes.values()].flatMap((row) => [row[1], ...row[5].split('|'), ...row[6].split('|')]));
for (const { ensembl, symbol } of read('../cells/zheng_pbmc_facs_human.genes.tsv.gz')) {
  const row = humanGenes.get(ensembl);
  if (row && symbol && !/^ENSG\d/.test(symbol) && !named.has(symbol)) row[5] = row[5] ? `${row[5]}|${symbol}` : symbol;
}
const byId = (a: string[], b: string[]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
emit(
  'human-genes.tsv.gz',
  'Human genes: Ensembl id, symbol, biotype, Entrez id, previous symbols, aliases',
  GENE_COLUMNS,
  [...humanGenes.values()].sort(byId),
  [SOURCES.gencodeHuman, SOURCES.hgnc, SOURCES.tenx],
);

const mgiById = new Map<string, Row>();
for (const row of read('HGNC_AllianceHomology.rpt.gz')) {
  const id = row['Ensembl Gene ID'];
  if (/^ENSMUSG\d{11}$/.test(id) && !mgiById.has(id)) mgiById.set(id, row);
}
const MGI_BIOTYPE: Record<string, string> = {
  'protein coding gene': 'protein_coding',
  'miRNA gene': 'miRNA',
  'lncRNA gene': 'lncRNA',
};
const mouseGenes = new Map<string, string[]>();
const mouseEntrez = (row: Row | undefined) => (/^\d+$/.test(row?.['EntrezGene ID'] ?? '') ? row!['EntrezGene ID'] : '');
for (const row of read('mouse_ensembl_latest.csv.gz')) {
  const id = withoutVersion(row.gene_id);
  const mgi = mgiById.get(id);
  const symbol = mgi?.['Marker Symbol'] ?? row.gene_name;
  const previous = symbol === row.gene_name ? '' : row.gene_name;
  mouseGenes.set(id, [id, symbol, row.biotype, mgi ? '1' : '', mouseEntrez(mgi), previous, '']);
}
for (const [id, row] of mgiById) {
  if (mouseGenes.has(id)) continue;
  const biotype = MGI_BIOTYPE[row['Feature Type']] ?? row['Feature Type'];
  mouseGenes.set(id, [id, row['Marker Symbol'], biotype, '1', mouseEntrez(row), '', '']);
}
emit(
  'mouse-genes.tsv.gz',
  'Mouse genes: Ensembl id, symbol, biotype, Entrez id, the other symbol in use',
  GENE_COLUMNS,
  [...mouseGenes.values()].sort(byId),
  [SOURCES.gencodeMouse, SOURCES.mgi],
);

const orthologs = read('one2one_human_mouse.tsv.gz')
  .filter((row) => row.human_ensembl && row.mouse_ensembl)
  .map((row) => [row.human_ensembl, row.mouse_ensembl]);
emit('orthologs.tsv.gz', 'One-to-one orthologs: human and mouse Ensembl id', ['human', 'mouse'], orthologs.sort(byId), [
  SOURCES.mgi,
]);

const humanOfHgnc = new Map(hgnc.map((row) => [row.hgnc_id, row.ensembl_gene_id]));
const mouseOfMgi = new Map([...mgiById].map(([id, row]) => [row['MGI Accession ID'], id]));
const classes = new Map<string, { human: string[]; mouse: string[] }>();
for (const row of read('HOM_MouseHumanSequence.rpt.gz')) {
  const members = classes.get(row['DB Class Key']) ?? { human: [], mouse: [] };
  classes.set(row['DB Class Key'], members);
  const isHuman = row['Common Organism Name'] === 'human';
  const id = isHuman ? humanOfHgnc.get(row['HGNC ID']) : mouseOfMgi.get(row['Mouse MGI ID']);
  if (id) members[isHuman ? 'human' : 'mouse'].push(id);
}
const oneToOne = new Set(orthologs.flat());
const pairs = new Set<string>();
for (const { human, mouse } of classes.values())
  for (const h of human) for (const m of mouse) if (!(oneToOne.has(h) && oneToOne.has(m))) pairs.add(`${h}\t${m}`);
emit(
  'homologs.tsv.gz',
  'Homologs that are not one-to-one: human and mouse Ensembl id',
  ['human', 'mouse'],
  [...pairs].sort().map((pair) => pair.split('\t')),
  [SOURCES.mgi, SOURCES.hgnc],
);

const factors = read('lambert2018_hgnc_ensembl.tsv').filter((row) => row.ensembl_gene_id);
emit(
  'transcription-factors.tsv.gz',
  'Human transcription factors: Ensembl id, family',
  ['id', 'family'],
  factors.map((row) => [row.ensembl_gene_id, row.gene_group]).sort(byId),
  [SOURCES.lambert, SOURCES.hgnc],
);

const SETS = read('derived_gene_sets.tsv').filter((row) => row.ensembl);
emit(
  'gene-sets.tsv.gz',
  'Human gene sets: set, Ensembl id',
  ['set', 'id'],
  SETS.map((row) => [row.set, row.ensembl]),
  [SOURCES.hgnc],
);

emit(
  'gene-classes.tsv.gz',
  'Classes of human protein-coding genes from HGNC groups and names: class, Ensembl id',
  ['class', 'id'],
  classRows(hgnc),
  [SOURCES.hgnc],
);

emit(
  'druggable-families.tsv.gz',
  'Human protein-coding genes of families that are called druggable, from HGNC groups: family, Ensembl id',
  ['family', 'id'],
  druggableRows(hgnc),
  [SOURCES.hgnc],
);

const tables = path.join(import.meta.dirname, 'tables');
const ownTable = (name: string) => readTable(readFileSync(path.join(tables, `${name}.tsv`), 'utf8'), '\t');
const idOfSymbol = new Map(hgnc.map((row) => [row.symbol, row.ensembl_gene_id]));
emit(
  'haploinsufficient.tsv.gz',
  'Human genes of which losing a copy causes disease: Ensembl id, date of the list',
  ['id', 'as_of'],
  ownTable('haploinsufficient')
    .map(({ symbol, as_of: asOf }) => {
      const id = idOfSymbol.get(symbol);
      if (id === undefined) throw new Error(`haploinsufficient.tsv: ${symbol}: no approved symbol of HGNC.`);
      return [id, asOf];
    })
    .sort(byId),
  [SOURCES.clingen, SOURCES.hgnc],
);

for (const [name, what] of [
  ['cell-types', 'Cell types: key, Cell Ontology id, name, lineage, synonyms'],
  ['cocktails', 'Published cocktails: goal and start cell, genes raised or taken away, DOI'],
] as const) {
  const rows = ownTable(name);
  const unknown = rows
    .flatMap(({ raise = '', lower = '' }) => [...raise.split('|'), ...lower.split('|')])
    .filter((symbol) => symbol !== '' && !idOfSymbol.has(symbol));
  if (unknown.length > 0) throw new Error(`${name}.tsv: ${unknown.join(', ')}: no approved symbol of HGNC.`);
  const columns = Object.keys(rows[0]);
  emit(
    `${name}.tsv.gz`,
    what,
    columns,
    rows.map((row) => columns.map((column) => row[column])),
    [SOURCES.own],
  );
}

for (const species of ['human', 'mouse']) {
  const name = `hallmark-${species}.gmt.gz`;
  const bytes = gzipSync(readFileSync(path.join(references, `${species}_hallmark_v2025.gmt`)), { level: 9 });
  writeFileSync(path.join(outFolder, name), bytes);
  files.push({ name, what: `Hallmark gene sets, ${species} symbols`, rows: 50, sources: [SOURCES.hallmark] });
}
mkdirSync(path.join(outFolder, 'trrust'), { recursive: true });
for (const species of ['human', 'mouse']) {
  const name = `trrust/trrust_rawdata.${species}.tsv`;
  writeFileSync(path.join(outFolder, name), readFileSync(path.join(references, name)));
  const rows = readFileSync(path.join(outFolder, name), 'utf8').trimEnd().split('\n').length - 1;
  files.push({ name, what: `Transcription factor → target with mode, ${species}`, rows, sources: [SOURCES.trrust] });
}

const manifest = {
  version: 1,
  madeBy: 'build/make-gene-tables.ts',
  files: files.map(({ name, what, rows, sources }) => ({
    name,
    what,
    rows,
    sizeBytes: statSync(path.join(outFolder, name)).size,
    sha256: createHash('sha256')
      .update(readFileSync(path.join(outFolder, name)))
      .digest('hex'),
    sources,
  })),
};
writeFileSync(path.join(outFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of manifest.files) process.stdout.write(`${file.name}\t${file.rows} rows\t${file.sizeBytes} bytes\n`);
