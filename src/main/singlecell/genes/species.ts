import type { Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { genomeOfName } from './genome-prefix.ts';

/** What a list of gene names looks like. */
export interface SpeciesDetection {
  species: Species | null;
  /** Share of the telling names that speak for it, 0 to 1. */
  confidence: number;
  /** Number of names by what they look like, such as `human ids`, `mouse symbols`, `rat ids`. */
  seen: Record<string, number>;
}

const ID_PREFIXES: readonly [RegExp, string, Species | null][] = [
  [/^ENSG\d{11}/i, 'human ids', 'human'],
  [/^ENSMUSG\d{11}/i, 'mouse ids', 'mouse'],
  [/^ENSRNOG\d{11}/i, 'rat ids', null],
  [/^ENSDARG\d{11}/i, 'zebrafish ids', null],
  [/^ENSMMUG\d{11}/i, 'macaque ids', null],
  [/^ENSSSCG\d{11}/i, 'pig ids', null],
  [/^ENSGALG\d{11}/i, 'chicken ids', null],
  [/^ENS[A-Z]{3,4}G\d{11}/i, 'Ensembl ids of another species', null],
  [/^FBgn\d{7}$/, 'fly ids', null],
  [/^WBGene\d{8}$/, 'worm ids', null],
  [/^AT[1-5CM]G\d{5}$/i, 'Arabidopsis ids', null],
  [/^Y[A-P][LR]\d{3}[CW](-[A-Z])?$/, 'yeast names', null],
];
/** Clone-based and numbered names tell nothing; so do names without a letter. */
const HUMAN_SYMBOL = /^[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$|^[A-Z][0-9]*orf\d+|^MT-/;
const MOUSE_SYMBOL = /^[A-Z][a-z0-9]*[a-z][a-z0-9]*(-[A-Za-z0-9]+)*$|^\d+Rik|Rik$|^mt-|^Gm\d+$/;
const NEEDED_CONFIDENCE = 0.8;
const NEEDED_SHARE = 0.3;

/** Tells the species from ids where there are any, else from how symbols are written. */
export function detectSpecies(names: readonly string[], ids: readonly string[] | null = null): SpeciesDetection {
  const seen: Record<string, number> = {};
  const votes: Record<Species, number> = { human: 0, mouse: 0 };
  let other = 0;
  let silent = 0;
  names.forEach((name, i) => {
    const [what, species] = kindOf(ids?.[i] ?? name) ?? kindOf(name) ?? ['unrecognised names', undefined];
    seen[what] = (seen[what] ?? 0) + 1;
    if (species) votes[species]++;
    else if (species === null) other++;
    else silent++;
  });
  const telling = votes.human + votes.mouse + other;
  const best: Species = votes.mouse > votes.human ? 'mouse' : 'human';
  const confidence = telling > 0 ? votes[best] / telling : 0;
  const isTold = confidence >= NEEDED_CONFIDENCE && telling >= NEEDED_SHARE * (telling + silent);
  return { species: isTold ? best : null, confidence, seen };
}

/** The species, or a refusal that lists what was seen. Throws data-format (mixed) or unsupported (unknown). */
export function requireSpecies(detection: SpeciesDetection, subject: string): Species {
  if (detection.species) return detection.species;
  const { seen } = detection;
  const list = Object.entries(seen)
    .sort(([, a], [, b]) => b - a)
    .map(([what, n]) => `${n.toLocaleString('en')} ${what}`)
    .join(', ');
  const human = (seen['human ids'] ?? 0) + (seen['human symbols'] ?? 0);
  const mouse = (seen['mouse ids'] ?? 0) + (seen['mouse symbols'] ?? 0);
  const total = Object.values(seen).reduce((sum, n) => sum + n, 0);
  if (human > 0.2 * total && mouse > 0.2 * total) {
    throw new WorkbenchError(
      'data-format',
      `${subject}: the genes are of two species (${list}), one is expected; split the file by species, or choose Species to keep one of them.`,
    );
  }
  throw new WorkbenchError(
    'unsupported',
    `${subject}: the species cannot be told from the gene names (${list || 'no names'}), human or mouse is expected; choose Species if it is one of them, or convert the names to human or mouse symbols or Ensembl ids.`,
  );
}

function kindOf(name: string | undefined): [string, Species | null] | null {
  if (!name) return null;
  const plain = genomeOfName(name)?.rest ?? name;
  for (const [pattern, what, species] of ID_PREFIXES) if (pattern.test(plain)) return [what, species];
  if (HUMAN_SYMBOL.test(plain)) return ['human symbols', 'human'];
  if (MOUSE_SYMBOL.test(plain)) return ['mouse symbols', 'mouse'];
  return null;
}
