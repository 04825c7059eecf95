/** Genes whose counts together are the top share. */
export const TOP_GENES = 50;

/**
 * Sum of the largest counts of a cell, at most `TOP_GENES` of them.
 *
 * Note: a binary heap of the largest so far; most counts fail one comparison with its smallest.
 */
export class TopSum {
  readonly #heap = new Float64Array(TOP_GENES);
  #size = 0;

  clear(): void {
    this.#size = 0;
  }

  add(count: number): void {
    const heap = this.#heap;
    if (this.#size < TOP_GENES) {
      let at = this.#size++;
      for (; at > 0; at = (at - 1) >> 1) {
        const parent = heap[(at - 1) >> 1];
        if (parent <= count) break;
        heap[at] = parent;
      }
      heap[at] = count;
    } else if (count > heap[0]) {
      let at = 0;
      for (let child = 1; child < TOP_GENES; child = 2 * at + 1) {
        if (child + 1 < TOP_GENES && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= count) break;
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = count;
    }
  }

  get sum(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += this.#heap[i];
    return sum;
  }
}
