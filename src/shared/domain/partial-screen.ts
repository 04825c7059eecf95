import { z } from 'zod';
import { Operator } from './screen.ts';

/** A leading gene while a screen runs. */
export const PartialGene = z.object({
  symbol: z.string(),
  /** Mean over the start cells computed so far; with foretold effects, of all of them. */
  effect: z.number(),
  /** Half width of a 99 % interval of the effect the finished screen will tell; null with fewer than two cells. */
  halfWidth: z.number().nullable(),
  /** Start cells computed exactly, and start cells that tell of the gene. */
  nDone: z.number().int(),
  nCells: z.number().int(),
});
export type PartialGene = z.infer<typeof PartialGene>;

/** What is known while a screen runs: the content of its `partial-result` events. */
export const PartialScreen = z.object({
  doneCells: z.number().int(),
  totalCells: z.number().int(),
  /** Share of the perturbed cells asked for so far, 0 to 1. */
  share: z.number(),
  operator: Operator,
  /** Leading candidates of each goal by effect, and how many of the first ten will surely stay among them. */
  top: z.array(
    z.object({ goal: z.string(), nTop: z.number().int(), nSettled: z.number().int(), genes: z.array(PartialGene) }),
  ),
});
export type PartialScreen = z.infer<typeof PartialScreen>;
