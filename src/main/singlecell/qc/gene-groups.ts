import type { Gene } from '#shared/domain/gene.ts';

const MITOCHONDRIAL = /^MT-/i;
/** Cytosolic ribosomal proteins; anchored so that kinases such as RPS6KA1 stay out. */
const RIBOSOMAL = /^RP[SL](A|P?\d+[AXYL]?\d?L?)$/i;

/** 1 for each gene encoded in the mitochondrial genome, told by the `MT-`/`mt-` prefix of its symbol. */
export function mitochondrialGenes(genes: readonly Gene[]): Uint8Array {
  return Uint8Array.from(genes, (gene) => (MITOCHONDRIAL.test(gene.symbol) ? 1 : 0));
}

/** 1 for each gene of the cytosolic ribosome, told by its symbol. */
export function ribosomalGenes(genes: readonly Gene[]): Uint8Array {
  return Uint8Array.from(genes, (gene) => (RIBOSOMAL.test(gene.symbol) ? 1 : 0));
}
