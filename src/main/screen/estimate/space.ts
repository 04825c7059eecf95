import type { EncoderInput } from '#genecompass/types.ts';
import type { TokenSet } from '#singlecell/types.ts';
import type { FollowUpPlan } from '../follow-up/types.ts';
import { foretoldOperators } from '../foretell.ts';
import { effectsPerGene, goalStates } from '../states.ts';
import type { ReadOut, ScreenPlan } from '../types.ts';
import { foretells, type ScreenWork } from './screen-work.ts';

/** What a job holds and keeps beside the model. Units: bytes. */
export interface Space {
  readonly memory: number;
  /** Results, and the finished parts that a resume takes up, which are let go of at the end. */
  readonly disk: number;
}

const FLOAT = 4;
/** Effects as the project keeps them: floats hardly get smaller, and what is not a number hardly takes room. Source: docs/decisions/0049. */
const PACKED_FLOAT = 0.96 * FLOAT;
const PACKED_NAN = 0.001 * FLOAT;
/** Of a planned gene as JSON, packed. */
const PLANNED_GENE_BYTES = 30;
/** What is written before it is moved into the file, and given back. */
const LOG_BYTES = 12e6;
/** Token ids and values that are held of a stored set. */
const HELD_TOKENS = 2 * 128 * 2 ** 20;

/** Effects of a screen in memory, and in the project with the parts of a resume. */
export function screenSpace(
  plan: ScreenPlan,
  tokens: TokenSet,
  readOuts: readonly ReadOut[],
  { likely, most }: ScreenWork,
): Space {
  const { genes, cells, operators } = plan;
  const perSlot = effectsPerGene(plan, readOuts);
  const slots = genes.length * cells.length;
  const nForetold = foretells(plan) ? foretoldOperators(plan).length : 0;
  // Of what is only foretold the goals alone are told; what changes nothing is 0, which packs like no number.
  const perForetold = goalStates(plan).length * readOuts.length;
  const exact = likely.nPasses * perSlot * PACKED_FLOAT;
  const foretold = Math.max(0, most.nPasses - likely.nPasses) * perForetold * PACKED_FLOAT;
  const empty = operators.length * slots * perSlot * PACKED_NAN;
  return {
    memory: FLOAT * perSlot * slots * (operators.length + nForetold) + tokenBytes(tokens),
    disk: 2 * (exact + empty) + foretold + PLANNED_GENE_BYTES * genes.length + LOG_BYTES,
  };
}

/** As `screenSpace`, of a closer look; `inputs` are the start cells. */
export function followUpSpace(
  plan: FollowUpPlan,
  screen: ScreenPlan,
  inputs: readonly EncoderInput[],
  readOuts: readonly ReadOut[],
  { tokens, nPasses, width }: { tokens: TokenSet; nPasses: number; width: number },
): Space {
  const perSlot = goalStates(screen).length * readOuts.length;
  const slots = plan.conditions.length * inputs.length;
  const seen = new Set(inputs.flatMap(({ tokenIds }) => [...tokenIds])).size;
  const longest = inputs.reduce((most, { tokenIds }) => Math.max(most, tokenIds.length), 0);
  const distances = plan.responses.length * inputs.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
  return {
    memory:
      slots * (perSlot * FLOAT + 1) +
      plan.responses.length * seen * (3 * 8 + 4) +
      9 * longest * width * FLOAT +
      tokenBytes(tokens),
    disk: 2 * PACKED_FLOAT * perSlot * Math.min(slots, nPasses) + PACKED_FLOAT * distances + LOG_BYTES,
  };
}

function tokenBytes({ offsets, nCells }: TokenSet): number {
  const nTokens = offsets[offsets.length - 1];
  return Math.min(2 * FLOAT * nTokens, HELD_TOKENS) + 13 * nCells;
}
