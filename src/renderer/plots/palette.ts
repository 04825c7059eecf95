/**
 * Eight colours that people with any common colour vision tell apart; black is replaced by grey, which shows on both
 * backgrounds.
 *
 * Source: Okabe and Ito, Color Universal Design (2008).
 */
export const OKABE_ITO = [
  '#0072B2',
  '#E69F00',
  '#009E73',
  '#D55E00',
  '#56B4E9',
  '#CC79A7',
  '#F0E442',
  '#8A8A8A',
] as const;
