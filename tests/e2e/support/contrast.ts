/**
 * Runs in the page: visible words that stand out too little from what is behind them.
 *
 * Source: WCAG 2.2, success criteria 1.4.3 (4.5 : 1; 3 : 1 for large text; what is disabled is exempt) and 1.4.11
 * (3 : 1 for a sign without letters).
 * Note: only plain backgrounds are seen, not pictures nor layers laid over the words.
 */
export function paleWords(): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Colour | null => {
    const numbers = /^rgba?\(([^)]+)\)$/
      .exec(text)?.[1]
      .split(/[\s,/]+/)
      .map(Number);
    return numbers ? [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1] : null;
  };
  const over = (top: Colour, below: Colour): Colour => [
    top[0] * top[3] + below[0] * (1 - top[3]),
    top[1] * top[3] + below[1] * (1 - top[3]),
    top[2] * top[3] + below[2] * (1 - top[3]),
    1,
  ];
  const luminance = ([red, green, blue]: Colour) => {
    const [r, g, b] = [red, green, blue].map((part) =>
      part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found: string[] = [];
  const isExempt = 'button:disabled, .v-btn--disabled, [aria-disabled=true], .v-list-item--disabled, svg, canvas';
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const words = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent ?? '')
      .join('')
      .trim();
    if (words === '' || element.closest(isExempt)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.right < 0 || box.left > innerWidth) continue;
    const style = getComputedStyle(element);
    const colour = parse(style.color);
    if (!colour) continue;
    const layers: Colour[] = [];
    let opacity = 1;
    for (let at: HTMLElement | null = element; at; at = at.parentElement) {
      const atStyle = getComputedStyle(at);
      opacity *= Number(atStyle.opacity);
      const layer = parse(atStyle.backgroundColor);
      if (layer && layer[3] > 0) layers.push(layer);
      if (layer?.[3] === 1) break;
    }
    const behind = layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1] as Colour);
    const front = over([colour[0], colour[1], colour[2], colour[3] * opacity], behind);
    const [light, dark] = [luminance(front), luminance(behind)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const pixels = parseFloat(style.fontSize);
    const isLarge = pixels >= 24 || (pixels >= 18.66 && Number(style.fontWeight) >= 700);
    const isSign = !/[\p{L}\p{N}]/u.test(words);
    if (ratio < (isLarge || isSign ? 3 : 4.5))
      found.push(`${ratio.toFixed(2)} "${words.slice(0, 40)}" <${element.className}>`);
  }
  return [...new Set(found)].slice(0, 8);
}
