import { z } from 'zod';
import { field } from './field.ts';

/**
 * Defects of the published code that change numbers; each is off unless a published number is to be repeated.
 *
 * Source: spec/genecompass.md §4.1 (fine-tuning), §2.3 and §5.1 (perturbation), §8 item 10 (prior knowledge).
 */
export const Compat = z.object({
  truncateValues: field(z.boolean().default(false), {
    title: 'Whole-number values',
    help: 'Cut expression values to whole numbers in fine-tuning, as the published collator does.',
    advanced: true,
  }),
  ignoreSpecies: field(z.boolean().default(false), {
    title: 'Every cell as human',
    help: 'Give the classifier the human CLS vector and human priors for mouse cells too, as the published one does.',
    advanced: true,
  }),
  attendPadding: field(z.boolean().default(false), {
    title: 'Attend to padding',
    help: 'Pass no attention mask, as the published perturbation and gene-network code does.',
    advanced: true,
  }),
  mousePriors: field(z.boolean().default(false), {
    title: 'Prior knowledge as for mouse',
    help: 'Look the prior knowledge of every cell up as for a mouse cell, as the first published code did. Whether the published weights were trained so is not known.',
    advanced: true,
  }),
  shiftedDeletionLabels: field(z.boolean().default(false), {
    title: 'Deletion labels off by one',
    help: 'Name the genes affected by a deletion from the list before the deletion, as the published code does.',
    advanced: true,
  }),
});
export type Compat = z.infer<typeof Compat>;
