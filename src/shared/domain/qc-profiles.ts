import { QcRules, type QcRuleChanges } from './qc-rules.ts';

export interface QcProfile {
  title: string;
  /** For which cells it is and why its limits are what they are. */
  text: string;
  rules: QcRules;
  /** Where the limits come from; discussed in docs/reference/quality.md. */
  sources: readonly string[];
}

const OSORIO = 'Osorio and Cai 2021, Bioinformatics 37:963, doi:10.1093/bioinformatics/btaa751';
const SUBRAMANIAN = 'Subramanian et al. 2022, Genome Biology 23:267, doi:10.1186/s13059-022-02820-w';
const GENECOMPASS = 'Yang et al. 2024, Cell Research (GeneCompass), and its published script';

/** Fixed limits, without the z-scores of the published script. */
const fixed = (rules: Partial<QcRules>) => QcRules.parse({ maxCountsZ: null, maxMitoZ: null, ...rules });

/** Named sets of rules: those of GeneCompass, then starting points per tissue. */
export const QC_PROFILES = {
  published: {
    title: 'As the published code',
    text: 'Masks cells whose total counts or mitochondrial share lie far from the mean.',
    rules: QcRules.parse({}),
    sources: [GENECOMPASS],
  },
  paper: {
    title: 'As the paper describes',
    text: 'Fixed limits on detected genes and mitochondrial share, and small samples left out.',
    rules: fixed({ minGenes: 200, maxMitoFraction: 0.15, maxGenesZ: 3, minCellsPerSample: 4 }),
    sources: [GENECOMPASS],
  },
  none: {
    title: 'Keep every cell that can be encoded',
    text: 'For data that was filtered already.',
    rules: fixed({}),
    sources: [],
  },
  blood: {
    title: 'Blood, PBMC',
    text: 'At most 10 % mitochondrial: blood cells hold little. Resting lymphocytes have few genes, so 200 are enough.',
    rules: fixed({ minGenes: 200, minCounts: 500, maxMitoFraction: 0.1, minComplexity: 0.8 }),
    sources: [OSORIO, 'Harvard Chan Bioinformatics Core, single-cell RNA-seq training (2020), quality control'],
  },
  'bone-marrow': {
    title: 'Bone marrow',
    text: 'At most 10 % mitochondrial. No limit on complexity: plasma cells and red-cell precursors make few genes in great amounts, and neutrophils have few genes.',
    rules: fixed({ minGenes: 200, minCounts: 500, maxMitoFraction: 0.1 }),
    sources: [OSORIO, SUBRAMANIAN],
  },
  nuclei: {
    title: 'Nuclei, any tissue',
    text: 'At most 5 % mitochondrial and 5 % ribosomal: neither belongs into a nucleus, so more of them is cytoplasm that stuck to it.',
    rules: fixed({ minGenes: 200, minCounts: 500, maxMitoFraction: 0.05, maxRiboFraction: 0.05 }),
    sources: ['Litviňuková et al. 2020, Nature 588:466, doi:10.1038/s41586-020-2797-4'],
  },
  brain: {
    title: 'Brain, whole cells',
    text: 'At most 10 % mitochondrial and at least 500 genes: neurons and glia express many. For frozen tissue choose Nuclei.',
    rules: fixed({ minGenes: 500, minCounts: 1000, maxMitoFraction: 0.1 }),
    sources: [OSORIO],
  },
  heart: {
    title: 'Heart, muscle, kidney',
    text: 'Up to 40 % mitochondrial: in a healthy heart almost 30 % of all transcripts are. A limit of 5 % removes heart-muscle cells first.',
    rules: fixed({ minGenes: 200, minCounts: 500, maxMitoFraction: 0.4 }),
    sources: ['Galow et al. 2021, Cellular and Molecular Life Sciences, doi:10.1007/s00018-021-03916-5', OSORIO],
  },
  pancreas: {
    title: 'Pancreas, islets',
    text: 'At most 20 % mitochondrial after a long digestion. No limit on complexity: insulin or glucagon alone can be a large part of a healthy cell.',
    rules: fixed({ minGenes: 500, minCounts: 1000, maxMitoFraction: 0.2 }),
    sources: [OSORIO, SUBRAMANIAN],
  },
  tumour: {
    title: 'Tumour',
    text: 'Up to 25 % mitochondrial: viable malignant cells are often above 15 %, and a strict limit removes them rather than dying cells.',
    rules: fixed({ minGenes: 200, minCounts: 500, maxMitoFraction: 0.25 }),
    sources: ['Yates, Kraft and Boeva 2025, Genome Biology 26, doi:10.1186/s13059-025-03559-w'],
  },
  culture: {
    title: 'Cultured cells, organoids',
    text: 'At least 1,000 genes and 2,000 counts: growing cells are rich in RNA. At most 15 % mitochondrial.',
    rules: fixed({ minGenes: 1000, minCounts: 2000, maxMitoFraction: 0.15, minComplexity: 0.8 }),
    sources: [OSORIO, SUBRAMANIAN],
  },
} as const satisfies Record<string, QcProfile>;
export type QcProfileName = keyof typeof QC_PROFILES;
export const QC_PROFILE_NAMES = Object.keys(QC_PROFILES) as [QcProfileName, ...QcProfileName[]];

/** The rules of a profile with single rules changed; a change of `undefined` keeps the profile's value. */
export function resolveQcRules(profile: QcProfileName, changes: QcRuleChanges = {}): QcRules {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...QC_PROFILES[profile].rules, ...given };
}
