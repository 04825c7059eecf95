import type { RankingCheck } from '#shared/domain/ranking-checks.ts';
import { directionCheck, housekeepingCheck, knownCheck } from './controls.ts';
import { depthCheck } from './depth.ts';
import {
  chosenCheck,
  detectionCheck,
  groupCheck,
  nullGenesCheck,
  reachCheck,
  significanceCheck,
} from './null-genes.ts';
import { donorHalvesCheck, replicateCheck, splitHalfCheck, topStabilityCheck } from './replicates.ts';
import { collapseCheck, rankShiftCheck, universalCheck } from './responses.ts';
import { stagesCheck } from './stages.ts';
import type { Check, CheckSubject } from './subject.ts';

/** In the order a reader should meet them: does it point the right way, does it repeat itself, does it stand out. */
const CHECKS: readonly Check[] = [
  directionCheck,
  knownCheck,
  replicateCheck,
  splitHalfCheck,
  donorHalvesCheck,
  topStabilityCheck,
  significanceCheck,
  groupCheck,
  chosenCheck,
  nullGenesCheck,
  universalCheck,
  collapseCheck,
  depthCheck,
  housekeepingCheck,
  reachCheck,
  detectionCheck,
  rankShiftCheck,
  stagesCheck,
];

/** Everything a reader must know before believing the screen, each with a verdict, in plain words. */
export function rankingChecks(subject: CheckSubject): RankingCheck[] {
  return CHECKS.flatMap((check) => check(subject) ?? []);
}
