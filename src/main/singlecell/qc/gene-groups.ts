import type { Gene } from '#shared/domain/gene.ts';

const MITOCHONDRIAL = /^MT-/i;
/** Cytosolic ribosomal proteins; anchored so that kinases such as RPS6KA1 stay out. */
const RIBOSOMAL = /^RP[SL](A|P?\d+[AXYL]?\d?L?)$/i;
/** Chains of adult, fetal and embryonic haemoglobin; human `HBA1`, mouse `Hba-a1`. Anchored: HBEGF and HBP1 are no haemoglobin. */
const HAEMOGLOBIN = /^HB(A[12]|[BDMZ]|E1|G[12]|Q1|A-(A[12]|X)|B-(B[12ST]|BH[0-3]|Y)|Q1[AB])$/i;

const flags = (genes: readonly Gene[], pattern: RegExp) =>
  Uint8Array.from(genes, (gene) => (pattern.test(gene.symbol) ? 1 : 0));

/** 1 for each gene encoded in the mitochondrial genome, told by the `MT-`/`mt-` prefix of its symbol. */
export function mitochondrialGenes(genes: readonly Gene[]): Uint8Array {
  return flags(genes, MITOCHONDRIAL);
}

/** 1 for each gene of the cytosolic ribosome, told by its symbol. */
export function ribosomalGenes(genes: readonly Gene[]): Uint8Array {
  return flags(genes, RIBOSOMAL);
}

/** 1 for each gene of a haemoglobin chain, told by its symbol. */
export function haemoglobinGenes(genes: readonly Gene[]): Uint8Array {
  return flags(genes, HAEMOGLOBIN);
}
