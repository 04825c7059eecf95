import { createHash, type Hash } from 'node:crypto';
import type { PackedCells } from '../../packing/packed-cells.ts';

/** Equal for equal counts of cells in equal order, however they come in portions. */
export class CountPrint {
  readonly #hashes: readonly Hash[] = Array.from({ length: 3 }, () => createHash('sha256'));

  add({ entryEnds, genes, counts }: PackedCells): void {
    const ofLengths = this.#hashes[0];
    const lengths = entryEnds.map((end, cell) => end - (cell === 0 ? 0 : entryEnds[cell - 1]));
    ofLengths.update(new Uint8Array(lengths.buffer));
    this.#hashes[1].update(genes);
    this.#hashes[2].update(counts);
  }

  text(): string {
    return this.#hashes.map((hash) => hash.digest('base64')).join(' ');
  }
}
