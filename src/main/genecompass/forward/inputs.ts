import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { type FileSource, openFileSource } from '../checkpoint/byte-source.ts';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import { elementCount, rowsOf, type StoredTensor, toFloat32, toInt32 } from '../checkpoint/stored-tensor.ts';
import { PAD_TOKEN } from '../names.ts';

/** Some cells of the inputs, as they are stored. n cells × L positions. */
export interface CellRows {
  readonly nCells: number;
  readonly tokenIds: Int32Array;
  readonly values: Float32Array;
  /** 0 human, 1 mouse. */
  readonly species: Int32Array;
  /** 1 where a position is attended. */
  readonly attended: Uint8Array;
}

/** Cells in a safetensors file; only the rows asked for are read. */
export class ForwardInputs {
  readonly nCells: number;
  readonly length: number;
  readonly hasMask: boolean;
  readonly hasSpecies: boolean;
  readonly #source: FileSource;
  readonly #subject: string;
  readonly #tensors: Record<'input_ids' | 'values', StoredTensor> & { mask?: StoredTensor; species?: StoredTensor };
  readonly #vocabularySize: number;

  /** Throws: data-format when the file or a shape in it does not fit; `subject` is what messages call it. */
  constructor(path: string, subject: string, config: ModelConfig) {
    this.#source = openFileSource(path, subject);
    this.#subject = subject;
    this.#vocabularySize = config.vocabularySize;
    try {
      const { tensors } = readSafetensors(this.#source);
      const ids = tensors.get('input_ids');
      const values = tensors.get('values');
      if (!ids || !values) {
        const found = [...tensors.keys()].slice(0, 20).join(', ') || 'nothing';
        throw this.#refuse(`it has no ${ids ? 'values' : 'input_ids'} (it has ${found})`, 'give both');
      }
      const [nCells, length] = ids.shape;
      if (ids.shape.length !== 2 || nCells === 0 || length === 0) {
        throw this.#refuse(`input_ids has shape [${ids.shape.join(', ')}]`, 'cells × positions is expected');
      }
      if (length > config.maxLength) {
        throw this.#refuse(
          `it has ${length} positions`,
          `the model knows ${config.maxLength}; cut every cell to its first ${config.maxLength} genes`,
        );
      }
      this.nCells = nCells;
      this.length = length;
      const mask = tensors.get('attention_mask');
      const species = tensors.get('species');
      this.#checkShape('values', values, [nCells, length]);
      if (mask) this.#checkShape('attention_mask', mask, [nCells, length]);
      if (species) this.#checkShape('species', species, species.shape.length === 1 ? [nCells] : [nCells, 1]);
      this.hasMask = mask !== undefined;
      this.hasSpecies = species !== undefined;
      this.#tensors = { input_ids: ids, values, ...(mask ? { mask } : {}), ...(species ? { species } : {}) };
    } catch (thrown) {
      this.#source.close();
      throw thrown;
    }
  }

  /**
   * Cells [start, end). Without a mask every position that is not padding is attended; without species all are human.
   *
   * Throws: data-format for a token the model does not know, a number that is not finite, or a code that is none.
   */
  rows(start: number, end: number): CellRows {
    const name = (what: string) => `${this.#subject}: ${what} from cell ${start} on`;
    const { input_ids: ids, values, mask, species } = this.#tensors;
    const tokenIds = toInt32(name('input_ids'), rowsOf(ids, start, end));
    const stray = tokenIds.findIndex((token) => token < 0 || token >= this.#vocabularySize);
    if (stray >= 0) {
      const cell = start + Math.floor(stray / this.length);
      throw this.#refuse(
        `cell ${cell} has token ${tokenIds[stray]}, the model knows ${this.#vocabularySize} tokens`,
        "prepare the cells with the model's vocabulary",
      );
    }
    const nCells = end - start;
    const attended = mask
      ? this.#codes('attention_mask', mask, start, end)
      : tokenIds.map((token) => (token === PAD_TOKEN ? 0 : 1));
    return {
      nCells,
      tokenIds,
      values: toFloat32(name('values'), rowsOf(values, start, end)),
      species: species ? this.#codes('species', species, start, end) : new Int32Array(nCells),
      attended: Uint8Array.from(attended),
    };
  }

  close(): void {
    this.#source.close();
  }

  #codes(name: string, stored: StoredTensor, start: number, end: number): Int32Array {
    const codes = toInt32(`${this.#subject}: ${name} from cell ${start} on`, rowsOf(stored, start, end));
    const stray = codes.find((code) => code !== 0 && code !== 1);
    if (stray === undefined) return codes;
    const meaning = name === 'species' ? '0 (human) or 1 (mouse)' : '0 (padding) or 1 (gene)';
    throw this.#refuse(`${name} holds ${stray}`, `${meaning} is expected`);
  }

  #checkShape(name: string, stored: StoredTensor, expected: readonly number[]): void {
    if (stored.shape.length === expected.length && elementCount(stored.shape) === elementCount(expected)) {
      if (stored.shape.every((n, i) => n === expected[i])) return;
    }
    throw this.#refuse(
      `${name} has shape [${stored.shape.join(', ')}]`,
      `[${expected.join(', ')}] is expected, as input_ids says`,
    );
  }

  #refuse(fact: string, expectation: string): WorkbenchError {
    return new WorkbenchError('data-format', `${this.#subject}: ${fact}; ${expectation}.`);
  }
}
