import { z } from 'zod';
import { field } from './field.ts';

/** Wells of a plate → rows and columns. */
export const PLATES = {
  '6': { rows: 2, columns: 3 },
  '12': { rows: 3, columns: 4 },
  '24': { rows: 4, columns: 6 },
  '48': { rows: 6, columns: 8 },
  '96': { rows: 8, columns: 12 },
  '384': { rows: 16, columns: 24 },
} as const;

/** How a gene is raised or taken away at the bench. */
export const Modality = z.enum(['orf', 'crispra', 'crispri', 'knock-out']);
export type Modality = z.infer<typeof Modality>;

export const MODALITY_NAMES: Record<Modality, string> = {
  orf: 'over-expression from an ORF',
  crispra: 'CRISPR activation',
  crispri: 'CRISPR interference',
  'knock-out': 'CRISPR knock-out',
};

export const PlateConfig = z.object({
  modality: field(Modality.default('orf'), {
    title: 'How',
    help: 'orf: the gene is over-expressed from a construct. crispra, crispri, knock-out: guides raise it, lower it or cut it.',
  }),
  wells: field(z.enum(['6', '12', '24', '48', '96', '384']).default('96'), {
    title: 'Plate',
    help: 'Wells of one plate. What does not fit one plate goes on to more.',
    unit: 'wells',
  }),
  replicates: field(z.number().int().min(1).max(12).default(3), {
    title: 'Replicates',
    help: 'Wells for each gene. With three or more a single failed well does not decide.',
    unit: 'wells',
  }),
  layout: field(z.enum(['randomised', 'by-row']).default('randomised'), {
    title: 'Layout',
    help: 'randomised: every gene anywhere, so that position and gene are not confused. by-row: replicates beside each other, easier to pipette by hand.',
  }),
  leaveEdgeEmpty: field(z.boolean().default(false), {
    title: 'Edge wells empty',
    help: 'Wells at the rim dry out first; leaving them empty costs a third of a 96-well plate.',
  }),
  negativeWells: field(z.number().int().min(0).max(48).default(4), {
    title: 'Negative controls',
    help: 'Wells of each plate with an empty vector or a non-targeting guide. They show what handling alone does.',
    unit: 'wells a plate',
  }),
  positiveControls: field(z.array(z.string().min(1).max(50)).max(12).default([]), {
    title: 'Positive controls',
    help: 'Genes that are known to drive this fate. They show that the experiment could have found something.',
    source: 'genes',
  }),
  positiveWells: field(z.number().int().min(1).max(12).default(2), {
    title: 'Wells for each positive control',
    help: 'On every plate.',
    unit: 'wells a plate',
  }),
  reagentsPerGene: field(z.number().int().min(1).max(20).nullable().default(null), {
    title: 'Constructs or guides for each gene',
    help: 'For the order sheet. Left out: one construct, or three guides that share a well.',
    advanced: true,
  }),
  seed: field(z.number().int().min(0).default(0), {
    title: 'Seed',
    help: 'Another number gives another arrangement.',
    advanced: true,
  }),
});
export type PlateConfig = z.infer<typeof PlateConfig>;

/** A gene to be tested. */
export const PlateGene = z.object({ geneId: z.string(), symbol: z.string() });
export type PlateGene = z.infer<typeof PlateGene>;

/** Genes chosen from a ranking and how they are to be laid out. */
export const Shortlist = z.object({ genes: z.array(PlateGene), plates: PlateConfig });
export type Shortlist = z.infer<typeof Shortlist>;
