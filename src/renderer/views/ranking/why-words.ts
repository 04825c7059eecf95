import { useI18n } from 'vue-i18n';
import { assertNever } from '#shared/util/assert-never.ts';
import type { WhyMessage, WhyValue } from '#shared/why/message.ts';
import { formatEffect, formatProbability } from '../../parts/format.ts';

const first = (text: string, change: (letter: string) => string) => change(text.charAt(0)) + text.slice(1);

/** Writes sentences of a why-card in the language of the window. */
export function useWhyWords() {
  const { t, n } = useI18n();

  function number({ number: value, as }: Extract<WhyValue, { number: number }>): string {
    switch (as) {
      case 'count':
        return n(value, 'integer');
      case 'percent':
        return n(Math.round(100 * value) / 100, 'percent');
      case 'effect':
        return formatEffect(value);
      case 'chance':
        return formatProbability(value);
      case 'decimal':
        return n(value, 'short');
      default:
        return assertNever(as);
    }
  }

  function write(value: WhyValue): string {
    if (typeof value === 'string') return value;
    if ('number' in value) return number(value);
    if ('method' in value) return first(t(`ranking.methods.${value.method}`), (letter) => letter.toLowerCase());
    if ('classes' in value) return value.classes.map((name) => t(`why.classes.${name}`)).join(', ');
    return t(`why.actions.${value.action}`, { gene: value.gene });
  }

  return ({ key, values }: WhyMessage): string => {
    const written = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(value)]));
    return first(t(`why.${key}`, written), (letter) => letter.toUpperCase());
  };
}
