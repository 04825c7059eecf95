import { namesCells } from '#shared/domain/cell-words.ts';
import { nameWords } from '#shared/util/name-words.ts';
import { GIVEN_NAMES } from './given-names.ts';

/** Texts of at least this many words on average are sentences, or long labels. */
const WORDS_OF_FREE_TEXT = 4;
/** So large a share of long texts that are no labels makes a column free text, however short its other values are. */
const SHARE_OF_LONG = 0.1;
/** Labels are few, short and given to many cells. */
const MOST_LABELS = 200;
const LEAST_CELLS_PER_LABEL = 3;
const MOST_WORDS = 14;
const MOST_LETTERS = 120;
/** Share of the values that must hold a word of the vocabulary below; the rest may be such as `unknown`. */
const SHARE_OF_KNOWN = 0.8;

/** Columns in which a person may have written anything. */
const NOTES =
  /\b(?:comments?|notes?|remarks?|free ?text|anamnesis|anamnese|bemerkung(?:en)?|kommentare?|diagnosis text|(?:clinical|medical|family|patient) (?:history|information|course)|narrative)\b/;
/** Words of sentences and of clinical notes, in the languages of the most hospitals; the names of cells, tissues and methods hold none. */
const SENTENCE =
  /\b(?:we|she|he|her|his|him|they|their|my|our|you|it|this|that|these|those|who|whose|is|are|was|were|be|been|being|am|has|had|have|having|will|would|can|could|should|may|might|must|does|did|do|not|no|but|because|since|until|when|while|after|before|about|also|on|list|once|twice|very|again|then|there|here|patients?|mother|father|parents?|wife|husband|daughters?|sons?|sisters?|brothers?|twins?|child|lady|gentleman|man|woman|boy|girl|married|widow\w*|lives?|living|works?|working|born|died|came|comes|seen|said|says|told|asked|called|refuses?|refused|feels?|reports?|reported|complains?|complain(?:ed|t)|denies|denied|presents?|presented|admitted|discharged|referred|treated|operated|diagnosed|consent\w*|surgery|biopsy|relapse\w*|remission|transplant\w*|follow(?:ed)?|visit|clinic|hospital|ward|doctor|dr|mr|mrs|ms|prof|smok(?:es|er|ed)|drinks?|allerg\w+|history|suspect\w*|since|ago|yesterday|today|week|weeks|month|months|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|ist|war|wurde|hat|hatte|und|der|die|das|den|dem|mit|nach|wegen|seit|bei|nicht|kein\w*|herr|frau|patientin\w*|patienten|sie|er|est|avec|pour|depuis|une|les|des|elle|il|monsieur|madame|pas|chez|el|los|las|una|con|para|por|desde|fue|tiene|señor\w*|paciente|della|con|dopo|signor\w*|paziente|och|som|med|efter|een|het|heeft|naar|meneer|mevrouw)\b/iu;
/** Tissues, diseases, methods, stages. */
const KNOWN =
  /\b(?:cell line|organoid|tissue|cortex|cortical|gyrus|lobe|hippocamp\p{L}*|cerebell\p{L}*|thalam\p{L}*|hypothalam\p{L}*|ganglion|retina\p{L}*|cornea\p{L}*|spinal|nerve|brain|neocort\p{L}*|amygdala|striat\p{L}*|telencephal\p{L}*|intratelencephalic|gabaergic|glutamatergic|dopaminergic|lung|bronch\p{L}*|trache\p{L}*|alveol\p{L}*|airway|nasal|liver|hepat\p{L}*|pancrea\p{L}*|islets?|kidney|renal|nephron|tubule|glomerul\p{L}*|loop of henle|collecting duct|bladder|heart|cardiac|ventric\p{L}*|atri(?:um|al)|aort\p{L}*|arter\p{L}*|vein|venous|vascular|vessel|capillary|lymph\p{L}*|spleen|splenic|thym\p{L}*|tonsil\p{L}*|bone marrow|marrow|blood|cord blood|pbmcs?|bone|cartilage|muscle|skeletal|smooth|tendon|adipose|fat|skin|epiderm\p{L}*|derm\p{L}*|hair follicle|intestin\p{L}*|colon|ileum|jejunum|duoden\p{L}*|rectum|gastric|stomach|esophag\p{L}*|oesophag\p{L}*|mucosa\p{L}*|lamina propria|crypt|villus|breast|mammary|lumen|luminal|ovar\p{L}*|uter\p{L}*|endometri\p{L}*|placenta\p{L}*|trophectoderm|decidua\p{L}*|testis|germ|prostat\p{L}*|embryo\p{L}*|fetal|foetal|epiblast|ectoderm|mesoderm|endoderm|neural crest|carnegie stage|human stage|carcinoma|adenocarcinoma|adenoma|lymphoma|leuk\p{L}+|melanoma|glioma|glioblastoma|sarcoma|myeloma|neoplasm|cancer|tumou?r|metasta\p{L}*|diabetes|cardiomyopathy|fibrosis|sclerosis|arthritis|colitis|hepatitis|dermatitis|asthma|pneumonia|influenza|covid 19|syndrome|dementia|disorder|disease|10x 3|10x 5|smart seq\d?|drop seq|cel seq\d?|rna seq|sequencing|transcription profiling|immunoglobulin|vdj)\b/iu;
/** What names or reaches somebody, or counts years, anywhere in a text. */
const PERSONAL_PARTS: readonly RegExp[] = [
  /\S@\S/,
  /\d{4,}/,
  /\b\d{1,2}[./]\d{1,2}\b|\b\d{1,4}-\d{1,2}-\d{1,4}\b/,
  /\b\d{1,3}[ -]?(?:yo|y\/o|yrs?|years?|jahre|ans|años)\b(?! human stage|-old human stage)/i,
  /[!?;"„“”]|[.:](?:\s|$)/,
];

/**
 * Whether a person may have written anything into the column, so that its texts must be told nowhere.
 *
 * A column with long texts that are no labels is free text; one of long texts throughout is, too, unless every value reads as a label: few of them for many cells, short, without a word of a sentence, a given
 * name, a date, a long number or an end of a sentence, and nearly all with a word for a cell, tissue, disease or method. What is not known is
 * free text: a label that is held back can be opened, a note that was told cannot be taken back.
 */
export function isFreeText(name: string, texts: readonly string[], nCells: number): boolean {
  if (texts.length === 0 || texts.every(isNumber)) return false;
  if (NOTES.test(nameWords(name))) return true;
  const words = texts.reduce((sum, text) => sum + wordsIn(text), 0);
  const isLong = words >= WORDS_OF_FREE_TEXT * texts.length;
  const odd = texts.filter((text) => wordsIn(text) > WORDS_OF_FREE_TEXT && !(mayBeLabel(text) && isKnown(text)));
  return odd.length > SHARE_OF_LONG * texts.length || (isLong && !areLabels(texts, nCells));
}

function areLabels(texts: readonly string[], nCells: number): boolean {
  if (texts.length > MOST_LABELS || texts.length * LEAST_CELLS_PER_LABEL > nCells) return false;
  if (!texts.every(mayBeLabel)) return false;
  return texts.filter(isKnown).length >= SHARE_OF_KNOWN * texts.length;
}

function isKnown(text: string): boolean {
  return KNOWN.test(nameWords(text)) || namesCells(text);
}

function mayBeLabel(text: string): boolean {
  if (text.length > MOST_LETTERS || wordsIn(text) > MOST_WORDS) return false;
  if (SENTENCE.test(spaced(text)) || PERSONAL_PARTS.some((part) => part.test(text))) return false;
  return !spaced(text)
    .split(/[^\p{L}]+/u)
    .some((word) => /^\p{Lu}/u.test(word) && GIVEN_NAMES.has(word.toLowerCase()));
}

const spaced = (text: string): string => text.replaceAll('_', ' ');

function wordsIn(text: string): number {
  return spaced(text).split(/\s+/).filter(Boolean).length;
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}
