import { mixtureSentence, TWO_SPECIES, type FileInspection } from '#shared/domain/dataset.ts';

/** How cells of both species were noticed; null where there are none. */
export type Mixed = { by: 'genes' | 'column' | 'samples'; column: string };

export function mixedSpecies({ mixture, samples }: FileInspection): Mixed | null {
  if (mixture) return { by: mixture.by, column: mixture.column ?? '' };
  const species = new Set(samples.map((sample) => sample.species));
  return species.has('human') && species.has('mouse') ? { by: 'samples', column: '' } : null;
}

/** What is left to warn of: neither what stands beside a sample, nor what is said of both species with a button. */
export function otherWarnings({ warnings, samples, mixture }: FileInspection): string[] {
  const said = mixture ? [mixtureSentence(mixture)] : [];
  if (samples.length > 1)
    for (const { name, error, warnings: own } of samples) {
      if (error !== null) said.push(`${name} cannot be read: ${error}`);
      for (const one of own) said.push(`${name}: ${one}`);
    }
  return warnings.filter(
    (warning) =>
      !warning.startsWith(TWO_SPECIES) &&
      !said.some((one) => warning === one) &&
      !(mixture && warning.endsWith(`: ${mixtureSentence(mixture)}`)),
  );
}
