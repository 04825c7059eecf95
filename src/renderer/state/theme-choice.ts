import type { ThemeChoice } from '../vuetify.ts';

const KEY = 'gcw.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export function readThemeChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY) as ThemeChoice | null;
  return stored && CHOICES.includes(stored) ? stored : 'system';
}

export function writeThemeChoice(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
}

/** system → light → dark → system. */
export function nextThemeChoice(choice: ThemeChoice): ThemeChoice {
  return CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
}
