import { nameWords } from '../util/name-words.ts';

/**
 * Words that name cells; those of one letter or of many meanings (`T`, `B`, `alpha`) stand apart.
 *
 * Source: heads of the names in the Cell Ontology (Diehl et al. 2016, J Biomed Semantics 7:44) and short forms in use for blood,
 * brain, gut, lung and pancreas.
 */
const CELLS =
  /\b(?:cells?|nuclei|\p{L}{3,}cytes?|\p{L}{3,}blasts?|\p{L}{2,}phages?|(?:inter|moto)?neurons?|(?:micro|astro|radial ?)?glia|pericytes?|progenitors?|precursors?|hspcs?|hscs?|mpps?|cmps?|gmps?|meps?|clps?|lmpps?|tregs?|th(?:1|2|17|0)|nkt?|ilcs?|pdcs?|cdcs?\d?|dcs?|monos?|monocytic|granulocytic|(?:neutro|eosino|baso)phils?|endotheli\p{L}*|epitheli\p{L}*|mesench\p{L}*|stromal?|myofib\p{L}*|platelets?|megakaryo\p{L}*|erythro\p{L}*|myeloid|lymphoid|hemato\p{L}*|haemato\p{L}*|oligos?|opcs?|enteroendocrine|goblet|paneth|ductal|acinar|keratino\p{L}*|melano\p{L}*|schwann)\b/u;
const SHORT = /\b(?:[bt]|alpha|beta|delta|epsilon|gamma|pp|ex|in|plasma|stem|mural|tuft|ciliated|basal|club|at[12])\b/;
/** Markers by which cells are sorted: `CD8+CD86-`, `Gr1neg`, `FCGR3A+ Mono`. */
const MARKERS = /\b(?:cd\d+\w?|[a-z]\w{1,7})(?:\+|-(?=$|[^\p{L}\p{N}])|neg\b|pos\b|hi\b|lo\b)/iu;
/** What a column of methods says of every cell. */
const NO_STATE = /^(?:cells?|nucle(?:us|i)|cell line|(?:primary )?cell culture|whole cells?|single cells?)$/;

/** Whether a value names a kind of cell; `isGenerous` also takes markers and short words. */
export function namesCells(value: string, isGenerous = false): boolean {
  const words = nameWords(value);
  if (NO_STATE.test(words)) return false;
  return CELLS.test(words) || (isGenerous && (SHORT.test(words) || MARKERS.test(value)));
}
