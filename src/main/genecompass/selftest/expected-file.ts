import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type FileSource, openFileSource } from '../checkpoint/byte-source.ts';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import {
  elementCount,
  type StoredTensor,
  type StoredTensors,
  toFloat32,
  toInt32,
} from '../checkpoint/stored-tensor.ts';

/** Tensors of one file of reference numbers; read when asked for. */
export class ExpectedFile {
  readonly file: string;
  readonly #tensors: StoredTensors;
  readonly #source: FileSource;

  /** Throws: data-format when it is no intact safetensors file. */
  static open(folder: string, file: string): ExpectedFile | null {
    const path = join(folder, file);
    return existsSync(path) ? new ExpectedFile(path, file) : null;
  }

  private constructor(path: string, file: string) {
    this.file = file;
    this.#source = openFileSource(path, file);
    try {
      this.#tensors = readSafetensors(this.#source).tensors;
    } catch (thrown) {
      this.#source.close();
      throw thrown;
    }
  }

  get names(): string[] {
    return [...this.#tensors.keys()];
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Throws: data-format when the file lacks it. */
  shape(name: string): readonly number[] {
    return this.#get(name).shape;
  }

  /** Throws: data-format when the file lacks it, its size is not `size`, or it holds what is no finite number. */
  float32(name: string, size?: number): Float32Array {
    return toFloat32(`${this.file}: ${name}`, this.#sized(name, size));
  }

  int32(name: string, size?: number): Int32Array {
    return toInt32(`${this.file}: ${name}`, this.#sized(name, size));
  }

  close(): void {
    this.#source.close();
  }

  #sized(name: string, size: number | undefined): StoredTensor {
    const stored = this.#get(name);
    if (size === undefined || elementCount(stored.shape) === size) return stored;
    throw new WorkbenchError(
      'data-format',
      `${this.file}: ${name} has shape [${stored.shape.join(', ')}], ${size} elements are expected; make the reference numbers again.`,
    );
  }

  #get(name: string): StoredTensor {
    const stored = this.#tensors.get(name);
    if (stored) return stored;
    throw new WorkbenchError(
      'data-format',
      `${this.file}: it has no tensor ${name}; choose a folder of reference numbers.`,
    );
  }
}
