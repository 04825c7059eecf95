import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MASK_TOKEN, PAD_TOKEN } from '../../names.ts';
import { readTableFile, type TableFile } from './table-file.ts';

const SPECIAL = new Map([
  [PAD_TOKEN, '<pad>'],
  [MASK_TOKEN, '<mask>'],
]);
const MAX_TOKENS = 1_000_000;

export interface TokenDictionary {
  /** Text of each token; the index is the token id. */
  readonly tokens: string[];
  /** Tokens that are neither special nor Ensembl ids of human or mouse genes. */
  readonly nForeign: number;
}

/**
 * Reads the token dictionary of a model: text and token id, as a pickled dictionary or as two columns in either order.
 *
 * Throws: data-format unless the ids are 0 to n − 1, each once, 0 is `<pad>`, 1 is `<mask>`, and genes are Ensembl ids.
 */
export function readTokenDictionary(path: string): TokenDictionary {
  const file = readTableFile(path);
  const wrong = (fact: string) =>
    new WorkbenchError('data-format', `${file.name}: ${fact}; choose the token dictionary published with the model.`);
  const entries = tokenEntries(file, wrong);
  if (entries.length > MAX_TOKENS) throw wrong(`it has ${entries.length} entries`);
  const tokens = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [text, id] of entries) {
    if (!Number.isInteger(id) || id < 0 || id >= entries.length)
      throw wrong(
        `token ${printed(text)} has id ${id}, the ids of ${entries.length} tokens end at ${entries.length - 1}`,
      );
    if (tokens[id] !== undefined) throw wrong(`id ${id} is given to ${printed(tokens[id])} and ${printed(text)}`);
    tokens[id] = text;
  }
  const dense = tokens as string[];
  for (const [id, text] of SPECIAL)
    if (dense[id] !== text) throw wrong(`token ${id} is ${printed(dense[id] ?? 'missing')}, ${text} is expected`);
  if (new Set(dense).size !== dense.length) throw wrong('two ids have the same text');
  const nForeign = dense.filter((text, id) => !SPECIAL.has(id) && !isGene(text)).length;
  if (nForeign === dense.length - SPECIAL.size)
    throw wrong('none of its tokens is an Ensembl id of a human or mouse gene');
  return { tokens: dense, nForeign };
}

function tokenEntries(file: TableFile, wrong: (fact: string) => WorkbenchError): (readonly [string, number])[] {
  if (file.kind === 'dict') {
    return [...file.dict].map(([text, id]) => {
      if (typeof text === 'string' && typeof id === 'number') return [text, id] as const;
      throw wrong('it does not lead from texts to numbers');
    });
  }
  if (file.kind === 'array') throw wrong('it is an array, not a dictionary');
  const isId = (cell: string | undefined) => cell !== undefined && /^\d{1,9}$/.test(cell);
  const rows = file.rows.some((row) => isId(row[0]) || isId(row[1])) ? file.rows : [];
  const headless = rows.length > 0 && !isId(rows[0][0]) && !isId(rows[0][1]) ? rows.slice(1) : rows;
  if (headless.length === 0) throw wrong('it has no rows of token and id');
  const idColumn = headless.every((row) => isId(row[1])) ? 1 : 0;
  return headless.map((row, i) => {
    if (row.length === 2 && isId(row[idColumn])) return [row[1 - idColumn], Number(row[idColumn])] as const;
    throw wrong(`row ${i + 1} is not a token and its id`);
  });
}

function isGene(text: string): boolean {
  return HUMAN_GENE_ID.test(text) || MOUSE_GENE_ID.test(text);
}

function printed(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 40);
}
