import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { arrayNumbers } from '../data-pickle.ts';
import { readTableFile, type TableFile } from './table-file.ts';

const MAX_PAIRS = 1_000_000;

export interface HomologMap {
  /** Mouse token, human token; sorted by mouse token, each mouse token once. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Which way the file leads. */
  readonly direction: 'mouse to human' | 'human to mouse';
  /** Pairs of the file that name a mouse gene a second time; the one with the smaller human token is kept. */
  readonly nRepeated: number;
}

/**
 * Reads the homolog table of a model: pairs of tokens (or of Ensembl ids), in either direction.
 *
 * The direction is told by the species of the tokens, as published drops disagree about it.
 * Throws: data-format when a token does not exist or the species do not agree.
 */
export function readHomologs(path: string, tokens: readonly string[]): HomologMap {
  const file = readTableFile(path);
  const wrong = (fact: string) =>
    new WorkbenchError('data-format', `${file.name}: ${fact}; choose the homolog table published with the model.`);
  const tokenOf = new Map(tokens.map((text, id) => [text, id]));
  const resolve = (key: unknown): number => {
    const id = typeof key === 'string' ? (tokenOf.get(key) ?? (/^\d{1,9}$/.test(key) ? Number(key) : -1)) : key;
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < tokens.length) return id;
    throw wrong(`it names a token that is not one of the ${tokens.length} of the model`);
  };
  const read = rawPairs(file, wrong).map(([a, b]) => [resolve(a), resolve(b)] as const);
  if (read.length === 0) throw wrong('it is empty');
  const fits = (species: readonly [RegExp, RegExp]) =>
    read.filter(([a, b]) => species[0].test(tokens[a]) && species[1].test(tokens[b])).length;
  const forward = fits([MOUSE_GENE_ID, HUMAN_GENE_ID]);
  const backward = fits([HUMAN_GENE_ID, MOUSE_GENE_ID]);
  if (Math.max(forward, backward) !== read.length)
    throw wrong(
      `of its ${read.length} pairs ${forward} lead from mouse to human and ${backward} from human to mouse, all have to lead one way`,
    );
  const direction = forward === read.length ? 'mouse to human' : 'human to mouse';
  const sorted = read
    .map(([a, b]): [number, number] => (direction === 'mouse to human' ? [a, b] : [b, a]))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const pairs = sorted.filter(([mouse], i) => i === 0 || sorted[i - 1][0] !== mouse);
  return { pairs, direction, nRepeated: sorted.length - pairs.length };
}

function rawPairs(file: TableFile, wrong: (fact: string) => WorkbenchError): (readonly [unknown, unknown])[] {
  switch (file.kind) {
    case 'dict':
      return [...file.dict];
    case 'array': {
      if (file.array.shape.length !== 2 || file.array.shape[1] !== 2) throw wrong('it has not two columns');
      if (file.array.shape[0] > MAX_PAIRS) throw wrong(`it has ${file.array.shape[0]} pairs`);
      const numbers = arrayNumbers(file.array);
      return Array.from({ length: file.array.shape[0] }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]] as const);
    }
    case 'rows': {
      const isToken = (cell: string) => /^\d{1,9}$/.test(cell) || HUMAN_GENE_ID.test(cell) || MOUSE_GENE_ID.test(cell);
      const rows = file.rows.length > 0 && !file.rows[0].every(isToken) ? file.rows.slice(1) : file.rows;
      return rows.map((row) => {
        if (row.length !== 2) throw wrong('it has not two columns');
        return [row[0], row[1]] as const;
      });
    }
  }
}
