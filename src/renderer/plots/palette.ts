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
  '#6E6E6E',
] as const;

/**
 * Twenty colours of greatest contrast, for more than eight categories; white and black are left out.
 *
 * Source: Kelly, Twenty-two colors of maximum contrast, Color Engineering 3 (1965).
 * Note: not all of them differ under every colour vision; legend, hover and table name the category as well.
 */
export const KELLY = [
  '#F3C300',
  '#875692',
  '#F38400',
  '#A1CAF1',
  '#BE0032',
  '#C2B280',
  '#848482',
  '#008856',
  '#E68FAC',
  '#0067A5',
  '#F99379',
  '#604E97',
  '#F6A600',
  '#B3446C',
  '#DCD300',
  '#882D17',
  '#8DB600',
  '#654522',
  '#E25822',
  '#2B3D26',
] as const;

/** Colour of each of `n` categories; beyond twenty they repeat. */
export function categoryColours(n: number): string[] {
  const set: readonly string[] = n <= OKABE_ITO.length ? OKABE_ITO : KELLY;
  return Array.from({ length: n }, (_, index) => set[index % set.length]);
}

/**
 * Blue to yellow, even in lightness and the same for red-green blindness.
 *
 * Source: stops of cividis, Nuñez, Anderton and Renslow, PLoS ONE 13 (2018).
 */
export const CIVIDIS = ['#00224E', '#35456C', '#666970', '#948E77', '#C8B866', '#FEE838'] as const;

/**
 * Brown through white to teal for numbers around zero; tells both sides apart under every colour vision.
 *
 * Source: BrBG of ColorBrewer, Harrower and Brewer, The Cartographic Journal 40 (2003).
 */
export const BROWN_TEAL = ['#BF812D', '#DFC27D', '#F6E8C3', '#F5F5F5', '#C7EAE5', '#80CDC1', '#35978F'] as const;

/** Colour without a value: cells that were not measured. */
export const MISSING_COLOUR = '#9AA3AD';

export type Rgb = readonly [number, number, number];

export function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour of the continuous scale. Units: `share` from 0 to 1. */
export function scaleColour(share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
  const below = Math.min(CIVIDIS.length - 2, Math.floor(place));
  const low = toRgb(CIVIDIS[below]);
  const high = toRgb(CIVIDIS[below + 1]);
  const part = place - below;
  return [0, 1, 2].map((i) => Math.round(low[i] + (high[i] - low[i]) * part)) as unknown as Rgb;
}
