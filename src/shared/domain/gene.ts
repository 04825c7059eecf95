import { z } from 'zod';

export const Species = z.enum(['human', 'mouse']);
export type Species = z.infer<typeof Species>;

/** Code of the species embedding and of stored token sets (GeneCompass: human 0, mouse 1). */
export const SPECIES_CODE: Record<Species, 0 | 1> = { human: 0, mouse: 1 };

export const HUMAN_GENE_ID = /^ENSG\d{11}$/;
export const MOUSE_GENE_ID = /^ENSMUSG\d{11}$/;

/** A resolved gene: Ensembl id without version, and the current symbol. */
export const Gene = z.object({ id: z.string(), symbol: z.string() });
export type Gene = z.infer<typeof Gene>;
