import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { CompressedMatrix } from '../hdf5/compressed-matrix.ts';
import { H5File, type Numbers } from '../hdf5/file.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { noSuchMatrix } from '../missing.ts';
import type { FileGenes, MatrixInfo, OpenDataset, Reader, Storage } from '../reader.ts';
import { joinNumbers } from '../join-numbers.ts';
import { DenseMatrix } from './dense-matrix.ts';
import { H5adFrame } from './frame.ts';
import { genesOfFrame } from './gene-names.ts';

/** AnnData files, from the first h5sparse layout to the current one. */
export const h5adReader: Reader = {
  format: 'h5ad',
  async sniff(place) {
    if (!(await isHdf5(place))) return false;
    const file = await H5File.open(place);
    try {
      if (String(file.attribute('/', 'encoding-type') ?? '') === 'anndata') return true;
      return file.kind('obs') !== null && file.kind('var') !== null;
    } finally {
      file.close();
    }
  },
  async open(place) {
    const file = await H5File.open(place);
    try {
      return new OpenH5ad(file);
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  },
};

interface Found extends MatrixInfo {
  source: CompressedMatrix | DenseMatrix;
}

class OpenH5ad implements OpenDataset {
  readonly format = 'h5ad';
  readonly name: string;
  readonly matrices: readonly Found[];
  readonly needsGenome = null;
  readonly warnings: string[] = [];
  readonly #file: H5File;
  readonly #obs: H5adFrame;
  readonly #vars = new Map<string, H5adFrame>();

  constructor(file: H5File) {
    this.#file = file;
    this.name = file.name;
    this.#obs = new H5adFrame(file, 'obs');
    const places = ['X', 'raw/X', ...file.keys('layers').map((key) => `layers/${key}`)];
    this.matrices = places.filter((place) => file.kind(place) !== null).flatMap((place) => this.#find(place));
    if (this.matrices.length === 0) {
      throw new WorkbenchError(
        'data-format',
        `${this.name}: it holds no matrix (X, raw/X or layers), counts of cells × genes are expected; save the AnnData object with its counts.`,
      );
    }
  }

  cellIds(): string[] {
    return this.#obs.index();
  }

  obsNames(): string[] {
    return this.#obs.names();
  }

  obsColumn(name: string): ObsColumn {
    return this.#obs.column(name);
  }

  genes(matrix: string): FileGenes {
    this.#matrix(matrix);
    return genesOfFrame(this.#varOf(matrix));
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    return this.#matrix(matrix).source.chunks();
  }

  async sample(matrix: string): Promise<Numbers> {
    return joinNumbers(this.#matrix(matrix).source.sample());
  }

  close(): void {
    this.#file.close();
  }

  #matrix(name: string): Found {
    const found = this.matrices.find((matrix) => matrix.name === name);
    if (!found) throw noSuchMatrix(this.name, name, this.matrices);
    return found;
  }

  #varOf(matrix: string): H5adFrame {
    const path = matrix === 'raw/X' ? 'raw/var' : 'var';
    const frame = this.#vars.get(path) ?? new H5adFrame(this.#file, path);
    this.#vars.set(path, frame);
    return frame;
  }

  #find(place: string): Found[] {
    const isGroup = this.#file.kind(place) === 'group';
    const { storage, shape } = isGroup ? this.#sparseHeader(place) : this.#denseHeader(place);
    if (!storage) {
      this.warnings.push(`${place} is not a matrix of numbers and was left out.`);
      return [];
    }
    const [nCells, nGenes] = shape;
    if (shape.length !== 2 || ![nCells, nGenes].every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
      throw this.#file.damaged(place, 'its shape is not cells × genes');
    }
    if (nCells > MAX_CELLS || nGenes > MAX_GENES) {
      throw this.#file.damaged(place, `its shape of ${nCells} × ${nGenes} is absurd`);
    }
    const nVar = this.#varOf(place).length;
    if (nCells !== this.#obs.length || nGenes !== nVar) {
      throw this.#file.damaged(
        place,
        `it has ${nCells} × ${nGenes} entries for ${this.#obs.length} cells (obs) and ${nVar} genes (var)`,
      );
    }
    const source =
      storage === 'dense'
        ? new DenseMatrix(this.#file, place, place, { nCells, nGenes })
        : new CompressedMatrix(this.#file, place, place, { nCells, nGenes }, storage === 'csr');
    return [{ name: place, storage, nCells, nGenes, source }];
  }

  #sparseHeader(place: string): { storage: Storage | null; shape: number[] } {
    const attribute = (name: string) => this.#file.attribute(place, name);
    const encoding = String(attribute('encoding-type') ?? attribute('h5sparse_format') ?? '');
    const storage = encoding.startsWith('csr') ? 'csr' : encoding.startsWith('csc') ? 'csc' : null;
    const shape = attribute('shape') ?? attribute('h5sparse_shape');
    return { storage, shape: Array.isArray(shape) ? shape.map(Number) : [] };
  }

  #denseHeader(place: string): { storage: Storage | null; shape: number[] } {
    const { type, shape } = this.#file.info(place);
    return { storage: type === 'number' || type === 'float' ? 'dense' : null, shape };
  }
}
