// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { pointColours, valueColouring } from '../../src/renderer/plots/cell-colours.ts';
import { categoryColours, CIVIDIS, KELLY, OKABE_ITO, scaleColour, toRgb } from '../../src/renderer/plots/palette.ts';
import { createDesign } from '../../src/renderer/vuetify.ts';
import { contrast, deltaE, VISIONS, type Vision } from './colour-vision.ts';

const pairs = (colours: readonly string[]) =>
  colours.flatMap((a, i) => colours.slice(i + 1).map((b) => [a, b] as const));
const closest = (colours: readonly string[], vision: Vision) =>
  Math.min(...pairs(colours).map(([a, b]) => deltaE(a, b, vision)));

/** Two colours closer than this are hard to name apart in small points. */
const APART = 10;

describe('palettes', () => {
  it.each(Object.keys(VISIONS) as Vision[])('keeps eight categories apart under %s', (vision) => {
    expect(closest(OKABE_ITO, vision)).toBeGreaterThan(APART);
  });

  it('notices a palette that is not fit: red and green of the same lightness', () => {
    expect(closest(['#C04040', '#5A7A2A'], 'deuteranopia')).toBeLessThan(closest(['#C04040', '#5A7A2A'], 'normal') / 2);
  });

  it('keeps twenty categories apart for normal vision', () => {
    expect(closest(KELLY, 'normal')).toBeGreaterThan(APART);
  });

  it('changes to the larger set beyond eight and repeats beyond twenty', () => {
    expect(categoryColours(8)).toEqual([...OKABE_ITO]);
    expect(new Set(categoryColours(20)).size).toBe(20);
    expect(categoryColours(21)[20]).toBe(KELLY[0]);
  });

  it('scales from dark to light, in order for every vision', () => {
    const lightness = CIVIDIS.map((colour) => contrast(colour, '#000000'));
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    expect(scaleColour(0)).toEqual(toRgb(CIVIDIS[0]));
    expect(scaleColour(2)).toEqual(toRgb(CIVIDIS.at(-1)!));
  });
});

describe('point colours', () => {
  it('dims every other category and greys what has no value', () => {
    const colouring = { kind: 'categories' as const, name: 'state', categories: ['a', 'b'], codes: [0, 1, -1] };
    const bytes = pointColours(colouring, [2, 1, 0], 1);
    expect([...bytes.slice(4, 7)]).toEqual([...toRgb(OKABE_ITO[1])]);
    expect(bytes[7]).toBeGreaterThan(bytes[3]);
    expect(bytes[3]).toBe(bytes[11]);
  });

  it('is not flattened by one extreme cell', () => {
    const values = [...Array.from({ length: 200 }, (_, i) => i / 100), 1000, null];
    const colouring = valueColouring('x', values);
    expect(colouring).toMatchObject({ kind: 'values', low: 0 });
    expect((colouring as { high: number }).high).toBeLessThan(2);
  });
});

describe.each(['light', 'dark'])('theme %s', (name) => {
  const { colors } = createDesign('light').theme.themes.value[name];
  const text = (colour: string, on: string) => contrast(String(colors[colour]), String(colors[on]));

  it.each(['primary', 'secondary', 'success', 'warning', 'error', 'info'])(
    'reads %s on surface and background',
    (colour) => {
      expect(text(colour, 'surface')).toBeGreaterThanOrEqual(4.5);
      expect(text(colour, 'background')).toBeGreaterThanOrEqual(4.5);
      expect(text(`on-${colour}`, colour)).toBeGreaterThanOrEqual(4.5);
    },
  );
});
