import { z } from 'zod';
import { OrthologKind } from './gene-report.ts';

/** What a gene product is; from HGNC gene groups and Lambert et al. 2018. A gene may be in several. */
export const GeneClass = z.enum([
  'transcription-factor',
  'surface',
  'kinase',
  'gpcr',
  'nuclear-receptor',
  'ion-channel',
  'homeobox',
  'bhlh',
  'zinc-finger',
]);
export type GeneClass = z.infer<typeof GeneClass>;

/** Families that medicinal chemistry calls druggable; Finan et al. 2017, Sci Transl Med 9:eaag1166. Sensory receptors are left out. */
export const DruggableFamily = z.enum(['kinase', 'gpcr', 'nuclear-receptor', 'ion-channel', 'phosphodiesterase']);
export type DruggableFamily = z.infer<typeof DruggableFamily>;

/** What ClinGen says of losing one copy of the human gene. */
export const DosageSensitivity = z.object({
  /** Sufficient evidence that it causes disease; false: the list does not have it, which proves nothing. */
  isHaploinsufficient: z.boolean(),
  /** Day of the list that has the gene, as 2026-04-25; null where none has. */
  asOf: z.string().nullable(),
});
export type DosageSensitivity = z.infer<typeof DosageSensitivity>;

/** `unknown` also stands where publications contradict each other. */
export const RegulonMode = z.enum(['activates', 'represses', 'unknown']);
export type RegulonMode = z.infer<typeof RegulonMode>;

/** Published targets of a factor and which way they change from start to goal. */
export const RegulonSupport = z.object({
  /** Targets in the table, measured or not. */
  nKnown: z.number().int(),
  /** Targets expressed in start or goal whose expression differs. */
  nMeasured: z.number().int(),
  /** Measured targets that the factor is known to activate or repress. */
  nSigned: z.number().int(),
  /** Signed targets that change as if the factor were more active in the goal. */
  nConsistent: z.number().int(),
  /** `nConsistent` expected for as many targets of any factor. */
  expected: z.number(),
  /** Two-sided; null with fewer than three signed targets. */
  pValue: z.number().nullable(),
  /** Over the factors of the ranking that could be tested. */
  fdr: z.number().nullable(),
  /** Told only at an FDR of 5 %. */
  activity: z.enum(['higher', 'lower', 'unclear']),
  /** Measured targets with the largest changes first. */
  targets: z.array(
    z.object({
      symbol: z.string(),
      mode: RegulonMode,
      log2FoldChange: z.number(),
      /** Whether it is among the markers of the goal. */
      isMarker: z.boolean(),
      pubmed: z.array(z.string()),
    }),
  ),
});
export type RegulonSupport = z.infer<typeof RegulonSupport>;

/** A published cocktail that has the gene. */
export const CocktailMention = z.object({
  id: z.string(),
  /** The cell type it led to. */
  cellType: z.string(),
  /** Cell Ontology id; null where the cell type has none. */
  cellTypeId: z.string().nullable(),
  start: z.string(),
  species: z.string(),
  raised: z.array(z.string()),
  takenAway: z.array(z.string()),
  /** What was done to this gene. */
  action: z.enum(['raised', 'taken-away']),
  doi: z.string(),
  /** Whether it led to the goal of the ranking, to a relative of it, or elsewhere. */
  ledTo: z.enum(['goal', 'relative', 'elsewhere']),
});
export type CocktailMention = z.infer<typeof CocktailMention>;

/** What these tables hold of the gene for this goal; `unrecorded` is no proof of novelty. */
export const Novelty = z.enum(['given', 'cocktail', 'regulon', 'unrecorded']);
export type Novelty = z.infer<typeof Novelty>;

/** What stands beside the effect of a gene: from the screen, the cells and tables that ship with the program. */
export const GeneEvidence = z.object({
  classes: z.array(GeneClass),
  /** Group of the transcription factor, by HGNC. */
  family: z.string().nullable(),
  /** Start cells that the model moves towards the goal, away from it, and in which nothing changes. */
  nTowards: z.number().int(),
  nAway: z.number().int(),
  nUnmoved: z.number().int(),
  /** Null for a gene that the table does not know as a factor. */
  regulon: RegulonSupport.nullable(),
  /** Relation to the other species; the symbol there, where there is one. */
  ortholog: z.object({ kind: OrthologKind, symbol: z.string().nullable() }).nullable(),
  cocktails: z.array(CocktailMention),
  novelty: Novelty,
  /** Null where it was not looked up: in older rankings, and for a mouse gene without a one-to-one ortholog. */
  dosage: DosageSensitivity.nullable().default(null),
  /** Null where they were not looked up, as above. */
  druggableFamilies: z.array(DruggableFamily).nullable().default(null),
});
export type GeneEvidence = z.infer<typeof GeneEvidence>;

/** The cell type a label stands for, as far as the shipped names tell. */
export const GoalCellType = z.object({ name: z.string(), id: z.string().nullable() });
export type GoalCellType = z.infer<typeof GoalCellType>;
