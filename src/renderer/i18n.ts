import { createI18n } from 'vue-i18n';
import en from './locales/en/index.ts';

export type Messages = typeof en;

/** A fresh translator; the texts are objects in the bundle, compiled without `eval`. */
export function createTranslator() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en },
    numberFormats: {
      en: {
        integer: { maximumFractionDigits: 0 },
        decimal: { minimumFractionDigits: 3, maximumFractionDigits: 3 },
        short: { maximumSignificantDigits: 3 },
        rounded: { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 3 },
        percent: { style: 'percent', maximumFractionDigits: 1 },
      },
    },
    datetimeFormats: {
      en: {
        moment: { dateStyle: 'medium', timeStyle: 'short' },
        brief: { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
      },
    },
  });
}
