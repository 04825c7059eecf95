import { standInWord } from '#shared/domain/annotation.ts';
import type { AnnotationRow } from './annotation-rows.ts';

/** What follows from a decision, as a text and its values. */
export interface Consequence {
  key: string;
  values?: Record<string, string | number>;
  plural?: number;
  isWarning?: boolean;
}

/** What a role and a level do, in the order in which a reader asks: used for what, seen by whom, what is wrong. */
export function consequencesOf({ column, roles, level, flag, isByHand, suggested }: AnnotationRow): Consequence[] {
  const n = column.nDistinct;
  const told: Consequence[] = roles.map((role) => ({ key: `annotations.means.${role}`, values: { n }, plural: n }));
  const isGrouping = column.kind === 'categorical' || column.kind === 'boolean' || roles.length > 0;
  if (level === 'limited' && !isGrouping) told.push({ key: 'annotations.means.limitedValues' });
  else if (level === 'limited') {
    const role = standInWord(Object.fromEntries(roles.map((one) => [one, column.name])), column.name);
    told.push({ key: 'annotations.means.limited', values: { word: role } });
  } else if (level === 'open' && column.kind === 'text') told.push({ key: 'annotations.means.openText' });
  else told.push({ key: `annotations.means.${level}` });
  if (level !== 'open' && roles.includes('label')) told.push({ key: 'annotations.warns.hiddenLabel', isWarning: true });
  else if (level !== 'open' && roles.includes('condition'))
    told.push({ key: 'annotations.warns.hiddenCondition', isWarning: true });
  if (level === 'open' && isByHand && (flag || suggested.privacy === 'restricted'))
    told.push({ key: 'annotations.warns.opened', isWarning: true });
  if (roles.includes('donor') && n === 1) told.push({ key: 'annotations.warns.oneDonor', isWarning: true });
  if (roles.includes('label') && n === 1) told.push({ key: 'annotations.warns.oneState', isWarning: true });
  return told;
}
