import type { DruggableFamily, GeneClass } from '../domain/gene-evidence.ts';
import type { RankingMethod } from '../domain/ranking.ts';
import type { Operator } from '../domain/screen.ts';
import { WHY_ENGLISH } from './english.ts';

type Texts = typeof WHY_ENGLISH;
export type SaysKey = keyof Texts['says'];
export type DoubtKey = keyof Texts['doubts'];
export type WhyKey = `says.${SaysKey}` | `doubts.${DoubtKey}` | `leads.${keyof Texts['leads']}`;

/** What stands in a gap of a sentence; numbers are written by whoever shows the sentence. */
export type WhyValue =
  | string
  | { number: number; as: 'count' | 'percent' | 'effect' | 'chance' | 'decimal' }
  | { action: Operator; gene: string }
  | { method: RankingMethod }
  | { classes: readonly (GeneClass | DruggableFamily)[] };

/** One sentence: the key of its text and what stands in its gaps. */
export interface WhyMessage {
  key: WhyKey;
  values: Record<string, WhyValue>;
}

/** Why a gene stands where it stands, and when not to trust that. */
export interface WhyCard {
  says: WhyMessage[];
  doubts: WhyMessage[];
}

/** How a language or a page writes values. */
export interface WhyWords {
  text: (key: string) => string;
  number: (value: number, as: Extract<WhyValue, { number: number }>['as']) => string;
  method: (method: RankingMethod) => string;
}

/** A sentence in words. Note: texts hold gaps as `{name}` and nothing else that has a meaning. */
export function whySentence({ key, values }: WhyMessage, words: WhyWords): string {
  return fill(words.text(key), (name) => {
    const value = values[name];
    return value === undefined ? `{${name}}` : whyValue(value, words);
  });
}

export function whyValue(value: WhyValue, words: WhyWords): string {
  if (typeof value === 'string') return value;
  if ('number' in value) return words.number(value.number, value.as);
  if ('method' in value) return words.method(value.method);
  if ('classes' in value) return value.classes.map((name) => words.text(`classes.${name}`)).join(', ');
  return fill(words.text(`actions.${value.action}`), () => value.gene);
}

function fill(text: string, gap: (name: string) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => gap(name));
}

/** The English text of a key such as `says.towards`; the key itself where there is none. */
export function englishText(key: string): string {
  const [group, name] = key.split('.', 2);
  const texts: Record<string, Record<string, string>> = WHY_ENGLISH;
  return texts[group]?.[name] ?? key;
}
