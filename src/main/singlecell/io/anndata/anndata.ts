import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { CompressedMatrix } from '../compressed-matrix.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { noSuchMatrix } from '../missing.ts';
import type { Numbers } from '../numbers.ts';
import type { FileGenes, MatrixInfo, OpenDataset, Storage } from '../reader.ts';
import type { RowAccess } from '../row-lists.ts';
import { DenseMatrix } from './dense-matrix.ts';
import { Frame } from './frame.ts';
import { genesOfFrame } from './gene-names.ts';
import type { NodeTree } from './node-tree.ts';

interface Found extends MatrixInfo {
  source: CompressedMatrix | DenseMatrix;
}

/** Whether a tree holds an AnnData object, of whatever age. */
export function isAnnData(tree: Pick<NodeTree, 'attribute' | 'kind'>): boolean {
  return tree.attribute('/', 'encoding-type') === 'anndata' || (tree.kind('obs') !== null && tree.kind('var') !== null);
}

/** An AnnData object, from the first h5sparse layout to the current one, wherever it is stored. */
export class AnnData implements OpenDataset {
  readonly format: 'h5ad' | 'zarr';
  readonly name: string;
  readonly matrices: readonly Found[];
  readonly needsGenome = null;
  readonly warnings: string[] = [];
  readonly #tree: NodeTree;
  readonly #obs: Frame;
  readonly #vars = new Map<string, Frame>();

  /** Throws data-format, unsupported. */
  constructor(tree: NodeTree, format: 'h5ad' | 'zarr') {
    this.#tree = tree;
    this.format = format;
    this.name = tree.name;
    this.#obs = new Frame(tree, 'obs');
    const places = ['X', 'raw/X', ...tree.keys('layers').map((key) => `layers/${key}`)];
    const unreadable: WorkbenchError[] = [];
    this.matrices = places.flatMap((place) => {
      try {
        return tree.kind(place) === null ? [] : this.#find(place);
      } catch (thrown) {
        // Another matrix may hold the counts.
        if (!(thrown instanceof WorkbenchError) || thrown.code !== 'unsupported') throw thrown;
        unreadable.push(thrown);
        return [];
      }
    });
    for (const { message } of unreadable) this.warnings.push(`${message} It was left out.`);
    if (this.matrices.length === 0) {
      if (unreadable.length > 0) throw unreadable[0];
      throw new WorkbenchError(
        'data-format',
        `${this.name}: it holds no matrix (X, raw/X or layers), counts of cells × genes are expected; save the AnnData object with its counts.`,
      );
    }
  }

  /** Adds to what is told on opening; null adds nothing. */
  warn(warning: string | null): void {
    if (warning !== null) this.warnings.push(warning);
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

  async rowAccess(matrix: string): Promise<RowAccess | null> {
    const { source } = this.#matrix(matrix);
    return source instanceof CompressedMatrix ? source.rowAccess() : null;
  }

  async sample(matrix: string): Promise<Numbers> {
    return this.#matrix(matrix).source.sample();
  }

  close(): void {
    this.#tree.close();
  }

  #matrix(name: string): Found {
    const found = this.matrices.find((matrix) => matrix.name === name);
    if (!found) throw noSuchMatrix(this.name, name, this.matrices);
    return found;
  }

  #varOf(matrix: string): Frame {
    const path = matrix === 'raw/X' ? 'raw/var' : 'var';
    const frame = this.#vars.get(path) ?? new Frame(this.#tree, path);
    this.#vars.set(path, frame);
    return frame;
  }

  #find(place: string): Found[] {
    const isGroup = this.#tree.kind(place) === 'group';
    const { storage, shape } = isGroup ? this.#sparseHeader(place) : this.#denseHeader(place);
    if (!storage) {
      this.warnings.push(`${place} is not a matrix of numbers and was left out.`);
      return [];
    }
    const [nCells, nGenes] = shape;
    if (shape.length !== 2 || ![nCells, nGenes].every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
      throw this.#tree.damaged(place, 'its shape is not cells × genes');
    }
    if (nCells > MAX_CELLS || nGenes > MAX_GENES) {
      throw this.#tree.damaged(place, `its shape of ${nCells} × ${nGenes} is absurd`);
    }
    const nVar = this.#varOf(place).length;
    if (nCells !== this.#obs.length || nGenes !== nVar) {
      throw this.#tree.damaged(
        place,
        `it has ${nCells} × ${nGenes} entries for ${this.#obs.length} cells (obs) and ${nVar} genes (var)`,
      );
    }
    const source =
      storage === 'dense'
        ? new DenseMatrix(this.#tree, place, { nCells, nGenes })
        : new CompressedMatrix(this.#tree, place, { nCells, nGenes }, storage === 'csr');
    return [{ name: place, storage, nCells, nGenes, source }];
  }

  #sparseHeader(place: string): { storage: Storage | null; shape: number[] } {
    const attribute = (name: string) => this.#tree.attribute(place, name);
    const encoding = String(attribute('encoding-type') ?? attribute('h5sparse_format') ?? '');
    const storage = encoding.startsWith('csr') ? 'csr' : encoding.startsWith('csc') ? 'csc' : null;
    const shape = attribute('shape') ?? attribute('h5sparse_shape');
    return { storage, shape: Array.isArray(shape) ? shape.map(Number) : [] };
  }

  #denseHeader(place: string): { storage: Storage | null; shape: number[] } {
    const { type, shape } = this.#tree.info(place);
    return { storage: type === 'number' || type === 'float' ? 'dense' : null, shape };
  }
}
