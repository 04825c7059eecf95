import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { robotoFile } from './fonts.ts';
import { piecesOf } from './pieces.ts';
import type { Scene } from './scene.ts';
import { svgFile } from './svg.ts';

/** Units of a scene are those of CSS. */
const UNITS_PER_INCH = 96;
const INCHES_PER_METRE = 39.3701;
const require = createRequire(import.meta.url);
let ready: Promise<void> | null = null;

/**
 * A figure as PNG, `dpi` dots to the inch, which the file says too.
 *
 * Note: drawn with the shipped font only, so every machine makes the same bytes; signs it lacks are told by number.
 */
export async function pngFile(scene: Scene, dpi: number): Promise<Buffer> {
  ready ??= initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  await ready;
  const faces = (['regular', 'bold', 'italic'] as const).map(robotoFile);
  const drawable: Scene = {
    ...scene,
    marks: scene.marks.map((mark) => (mark.kind === 'text' ? { ...mark, text: drawableText(mark.text) } : mark)),
  };
  const image = new Resvg(svgFile(drawable), {
    font: { fontBuffers: faces.map(({ bytes }) => bytes), defaultFontFamily: 'Roboto', sansSerifFamily: 'Roboto' },
    fitTo: { mode: 'zoom', value: dpi / UNITS_PER_INCH },
  });
  try {
    const rendered = image.render();
    const png = Buffer.from(rendered.asPng());
    rendered.free();
    return withResolution(png, dpi);
  } finally {
    image.free();
  }
}

/** Arrow and star have words or signs of their own; the rest is told by number. */
const STAND_INS: Readonly<Record<string, string>> = { '→': 'to', '←': 'from', '★': '*' };

function drawableText(text: string): string {
  return piecesOf(text, robotoFile('regular'), { hasHan: false })
    .map((piece) => (piece.kind === 'drawn' ? (STAND_INS[piece.text] ?? piece.text) : piece.text))
    .join('');
}

/** Source: PNG 1.2, chunk pHYs: pixels per metre along both axes, before the image data. */
function withResolution(png: Buffer, dpi: number): Buffer {
  const afterHeader = 8 + 25;
  const perMetre = Math.round(dpi * INCHES_PER_METRE);
  const body = Buffer.alloc(13);
  body.write('pHYs', 'latin1');
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt32BE(perMetre, 8);
  body.writeUInt8(1, 12);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(9);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, afterHeader), length, body, check, png.subarray(afterHeader)]);
}
