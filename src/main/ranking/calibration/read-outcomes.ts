import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export interface Outcome {
  name: string;
  isHit: boolean;
  value: number | null;
  nLines: number;
}

const GENE_NAMES = ['ensembl_id', 'ensembl', 'gene_id', 'geneid', 'symbol', 'gene', 'gene_symbol', 'content', 'name'];
const OUTCOME_NAMES = ['hit', 'is_hit', 'outcome', 'result', 'effect', 'value', 'measured', 'score'];
const YES = new Set(['yes', 'y', 'true', 'hit', '+', 'positive', 'pos', '1']);
const NO = new Set(['no', 'n', 'false', 'miss', 'no hit', '-', '−', 'negative', 'neg', '0']);
const EMPTY = new Set(['', 'na', 'n/a', 'nan', 'nd', 'not done']);

/**
 * Outcomes of a table, one a gene: lines of the same gene are joined, measured ones by their mean, yes and no by the
 * majority, a draw being no hit. Lines without an outcome are left out.
 *
 * Throws: `invalid-input` for columns that are not there, `data-format` for outcomes that are neither.
 */
export function readOutcomes(
  table: readonly (readonly string[])[],
  subject: string,
  { geneColumn, outcomeColumn, threshold }: { geneColumn?: string; outcomeColumn?: string; threshold?: number },
): { outcomes: Outcome[]; nLines: number } {
  const header = (table[0] ?? []).map((name) => name.trim());
  const gene = columnOf(header, geneColumn, GENE_NAMES, `${subject}: the gene`, '--gene-column');
  const outcome = columnOf(header, outcomeColumn, OUTCOME_NAMES, `${subject}: the outcome`, '--outcome-column');
  const told = new Map<string, string[]>();
  let nLines = 0;
  for (const row of table.slice(1)) {
    // An apostrophe guards names against spreadsheets in tables of the workbench.
    const name = (row[gene] ?? '').trim().replace(/^'/, '');
    const text = (row[outcome] ?? '').trim();
    if (name === '' || EMPTY.has(text.toLowerCase())) continue;
    nLines++;
    told.set(name, [...(told.get(name) ?? []), text]);
  }
  if (nLines === 0)
    throw new WorkbenchError('data-format', `${subject}: no line has a gene and an outcome; fill them in.`);
  const texts = [...told.values()].flat();
  const isYesNo = texts.every((text) => YES.has(text.toLowerCase()) || NO.has(text.toLowerCase()));
  if (isYesNo && threshold === undefined) {
    return {
      nLines,
      outcomes: [...told].map(([name, lines]) => {
        const hits = lines.filter((text) => YES.has(text.toLowerCase())).length;
        return { name, isHit: 2 * hits > lines.length, value: null, nLines: lines.length };
      }),
    };
  }
  const number = (text: string) => Number(text.replace('−', '-').replace(/^(-?\d+),(\d+)$/, '$1.$2'));
  const bad = texts.find((text) => !Number.isFinite(number(text)));
  if (bad !== undefined) {
    throw new WorkbenchError(
      'data-format',
      `${subject}: outcomes are neither all numbers nor all yes and no (column ${header[outcome]}); use one or the other.`,
    );
  }
  if (threshold === undefined) {
    throw new WorkbenchError(
      'invalid-input',
      `${subject}: its outcomes are measured; say from which value a gene is a hit (Hit from, --threshold).`,
    );
  }
  return {
    nLines,
    outcomes: [...told].map(([name, lines]) => {
      const value = lines.reduce((sum, text) => sum + number(text), 0) / lines.length;
      return { name, isHit: value >= threshold, value, nLines: lines.length };
    }),
  };
}

function columnOf(
  header: readonly string[],
  asked: string | undefined,
  usual: readonly string[],
  subject: string,
  flag: string,
) {
  const plain = header.map((name) => name.toLowerCase().replaceAll(/[\s-]+/g, '_'));
  const at =
    asked === undefined
      ? usual.map((name) => plain.indexOf(name)).find((index) => index >= 0)
      : header.indexOf(asked) >= 0
        ? header.indexOf(asked)
        : undefined;
  if (at !== undefined) return at;
  throw new WorkbenchError(
    'invalid-input',
    `${subject}: ${asked === undefined ? 'no column goes by a usual name' : `no column is named "${asked}"`} (there are: ${header.slice(0, 12).join(', ')}); say which it is (${flag}).`,
  );
}
