import type { Place } from '../place.ts';
import { utf8Chunks, type Encoding } from './encoding.ts';
import { isBlank } from './fields.ts';
import type { TableHead } from './head.ts';
import { lineBlocks, type LineBlock } from './lines.ts';

/** A table whose dialect is known, to be read line by line as often as needed. */
export class TableFile {
  readonly place: Place;
  readonly encoding: Encoding;
  readonly head: TableHead;
  readonly isHeaderless: boolean;

  constructor(place: Place, encoding: Encoding, head: TableHead, isHeaderless: boolean) {
    this.place = place;
    this.encoding = encoding;
    this.head = head;
    this.isHeaderless = isHeaderless;
  }

  /** Lines below the header, empty ones left out. Throws data-format. */
  async *blocks(): AsyncGenerator<LineBlock> {
    const { nSkipped, newline, dialect } = this.head;
    let nAbove = nSkipped + (this.isHeaderless ? 0 : 1);
    let nSeen = 0;
    const rules = { subject: this.place.name, newline, delimiter: dialect.delimiter };
    for await (const block of lineBlocks(utf8Chunks(this.place, this.encoding), rules)) {
      const { bytes, starts, ends } = block;
      const kept: LineBlock = { bytes, starts: [], ends: [], numbers: [] };
      for (let i = 0; i < starts.length; i++) {
        if (nAbove > 0) {
          // Empty lines between comments and header were counted among those skipped.
          if (nSeen++ >= nSkipped && isBlank(bytes, starts[i], ends[i])) continue;
          nAbove--;
          continue;
        }
        if (isBlank(bytes, starts[i], ends[i])) continue;
        kept.starts.push(starts[i]);
        kept.ends.push(ends[i]);
        kept.numbers.push(block.numbers[i]);
      }
      if (kept.starts.length > 0) yield kept;
    }
  }
}
