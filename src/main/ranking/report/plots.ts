import type { RankedGene } from '#shared/domain/ranking.ts';
import { html, type Markup } from './markup.ts';
import { short, signed, ticks } from './numbers.ts';

interface Axis {
  low: number;
  high: number;
  /** Data to pixels. */
  at: (value: number) => number;
}

/** Effects with 95 % intervals of the leading genes, one line each. */
export function effectPlot(genes: readonly RankedGene[], unit: string): Markup {
  const [left, right, top, row, width] = [128, 24, 8, 24, 760];
  const height = top + row * genes.length + 44;
  const axis = axisOf(
    genes.flatMap((gene) => [gene.effectLow, gene.effectHigh, 0]),
    left,
    width - right,
  );
  const bottom = top + row * genes.length;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="effect-plot-title">
    <title id="effect-plot-title">
      Effect of the first ${genes.length} genes with 95 % intervals; the table below has the numbers
    </title>
    ${ticks(axis.low, axis.high, 6).map(
      (tick) =>
        html`<line class="grid" x1="${axis.at(tick)}" x2="${axis.at(tick)}" y1="${top}" y2="${bottom}" />
          <text class="tick" x="${axis.at(tick)}" y="${bottom + 18}" text-anchor="middle">${short(tick)}</text>`,
    )}
    <line class="zero" x1="${axis.at(0)}" x2="${axis.at(0)}" y1="${top}" y2="${bottom}" />
    ${genes.map((gene, i) => {
      const y = top + row * (i + 0.5);
      const kind = gene.isKnown ? 'known' : 'gene';
      return html`<g class="${kind}${gene.fdr < 0.05 ? ' sure' : ''}">
        <text class="symbol" x="${left - 12}" y="${y + 4}" text-anchor="end"
          >${gene.isKnown ? '★ ' : ''}${gene.symbol}</text
        >
        <line class="interval" x1="${axis.at(gene.effectLow)}" x2="${axis.at(gene.effectHigh)}" y1="${y}" y2="${y}" />
        <circle class="point" cx="${axis.at(gene.effect)}" cy="${y}" r="5">
          <title>${gene.symbol}: ${signed(gene.effect)} (${short(gene.effectLow)} to ${short(gene.effectHigh)})</title>
        </circle>
      </g>`;
    })}
    <text class="axis" x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${unit}</text>
  </svg>`;
}

/** Model effect against fold change for every gene; leading and known genes carry their names. */
export function scatterPlot(genes: readonly RankedGene[], unit: string): Markup {
  const [width, height, left, right, top, bottom] = [760, 460, 72, 24, 16, 52];
  const x = axisOf(
    genes.map((gene) => gene.log2FoldChange),
    left,
    width - right,
  );
  const y = axisOf(
    genes.map((gene) => gene.effect),
    height - bottom,
    top,
  );
  const named = genes.filter((gene) => gene.rank <= 12 || gene.isKnown);
  const plain = genes.filter((gene) => !(gene.rank <= 12 || gene.isKnown));
  const labels = placeLabels(
    named.map((gene) => ({ x: x.at(gene.log2FoldChange), y: y.at(gene.effect), text: gene.symbol })),
  );
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="scatter-title">
    <title id="scatter-title">Effect in the screen against log2 fold change for ${genes.length} genes</title>
    ${ticks(x.low, x.high, 7).map(
      (tick) =>
        html`<line class="grid" x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${top}" y2="${height - bottom}" />
          <text class="tick" x="${x.at(tick)}" y="${height - bottom + 18}" text-anchor="middle">${short(tick)}</text>`,
    )}
    ${ticks(y.low, y.high, 6).map(
      (tick) =>
        html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y.at(tick)}" y2="${y.at(tick)}" />
          <text class="tick" x="${left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    )}
    <line class="zero" x1="${left}" x2="${width - right}" y1="${y.at(0)}" y2="${y.at(0)}" />
    <line class="zero" x1="${x.at(0)}" x2="${x.at(0)}" y1="${top}" y2="${height - bottom}" />
    ${plain.map(
      (gene) =>
        html`<circle
          class="cloud"
          cx="${round(x.at(gene.log2FoldChange))}"
          cy="${round(y.at(gene.effect))}"
          r="2.5"
        />`,
    )}
    ${named.map(
      (gene) =>
        html`<g class="${gene.isKnown ? 'known' : 'gene'} sure">
          <circle class="point" cx="${round(x.at(gene.log2FoldChange))}" cy="${round(y.at(gene.effect))}" r="4.5">
            <title>
              ${gene.symbol}: effect ${signed(gene.effect)}, log2 fold change ${signed(gene.log2FoldChange)}, rank
              ${gene.rank}
            </title>
          </circle>
        </g>`,
    )}
    ${labels.map(({ x: labelX, y: labelY, text, anchor }) => html`<text class="label" x="${round(labelX)}" y="${round(labelY)}" text-anchor="${anchor}">${text}</text>`)}
    <text class="axis" x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">
      log2 fold change, start → goal
    </text>
    <text class="axis" transform="translate(16 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">
      ${unit}
    </text>
  </svg>`;
}

/** A range with some air that holds 0, mapped to pixels. */
function axisOf(values: readonly number[], from: number, to: number): Axis {
  let low = Math.min(0, ...values);
  let high = Math.max(0, ...values);
  if (low === high) [low, high] = [-1, 1];
  const air = 0.04 * (high - low);
  low -= air;
  high += air;
  return { low, high, at: (value) => round(from + ((value - low) / (high - low)) * (to - from)) };
}

interface Label {
  x: number;
  y: number;
  text: string;
  anchor: 'start' | 'end';
}

/** Puts names beside their points, on the side with room; a name that would cover another is left out. */
function placeLabels(points: readonly { x: number; y: number; text: string }[]): Label[] {
  const [charWidth, lineHeight, gap] = [7, 13, 8];
  const boxes: { left: number; right: number; top: number; bottom: number }[] = points.map(({ x, y }) => ({
    left: x - 5,
    right: x + 5,
    top: y - 5,
    bottom: y + 5,
  }));
  const placed: Label[] = [];
  points.forEach(({ x, y, text }, i) => {
    const width = text.length * charWidth;
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [1, -9],
      [-1, -9],
      [1, 9],
      [-1, 9],
    ]) {
      const left = dx > 0 ? x + gap : x - gap - width;
      const box = { left, right: left + width, top: y + dy - lineHeight / 2, bottom: y + dy + lineHeight / 2 };
      const free = boxes.every(
        (other, j) =>
          j === i ||
          box.right < other.left ||
          box.left > other.right ||
          box.bottom < other.top ||
          box.top > other.bottom,
      );
      if (!free || box.left < 74 || box.right > 752) continue;
      boxes.push(box);
      placed.push({ x: dx > 0 ? x + gap : x - gap, y: y + dy + 4, text, anchor: dx > 0 ? 'start' : 'end' });
      break;
    }
  });
  return placed;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
