import { Operator } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { currentPlan, effectsPerGene } from './states.ts';
import type { ScreenPlan, ScreenResult } from './types.ts';

export interface ScreenBlob {
  name: string;
  bytes: Uint8Array;
}

const HEADER = 'screen.json';

/** A screen as named blobs: one JSON, and little-endian 32-bit floats. Equal screens give equal bytes. */
export function screenToBlobs(screen: ScreenResult): ScreenBlob[] {
  const { plan, readOuts, nPasses, stages } = screen;
  return [
    { name: HEADER, bytes: new TextEncoder().encode(stableJson({ format: 1, plan, readOuts, nPasses, stages })) },
    { name: 'originals.f32', bytes: bytesOf(screen.originals) },
    { name: 'centroids.f32', bytes: bytesOf(screen.centroids) },
    ...plan.operators.map((operator) => ({
      name: effectsName(operator),
      bytes: bytesOf(screen.effects[operator] as Float32Array),
    })),
  ];
}

/** What a stored screen was made of, without its numbers. */
export async function screenPlanFromBlobs(load: (name: string) => Promise<Uint8Array>): Promise<ScreenPlan> {
  return (JSON.parse(new TextDecoder().decode(await load(HEADER))) as { plan: ScreenPlan }).plan;
}

/**
 * Reads a screen back.
 *
 * Throws: `data-format` where a blob does not have the size the plan gives it.
 */
export async function screenFromBlobs(load: (name: string) => Promise<Uint8Array>): Promise<ScreenResult> {
  const header = JSON.parse(new TextDecoder().decode(await load(HEADER))) as {
    format: number;
    plan: ScreenPlan;
    readOuts: ScreenResult['readOuts'];
    nPasses: number;
    /** Absent in screens of older versions. */
    stages?: ScreenResult['stages'];
  };
  if (header.format !== 1)
    throw new WorkbenchError(
      'data-format',
      `screen: stored format ${header.format} is newer than this workbench reads; update the workbench.`,
    );
  const { readOuts, nPasses, stages = null } = header;
  const plan = currentPlan(header.plan);
  const perCell = effectsPerGene(plan, readOuts);
  const floats = async (name: string, length: number | null) => {
    const bytes = await load(name);
    if (bytes.byteLength % 4 !== 0 || (length !== null && bytes.byteLength !== length * 4))
      throw new WorkbenchError(
        'data-format',
        `screen: ${name} has ${bytes.byteLength} bytes, which does not fit its plan; run the screen again.`,
      );
    return new Float32Array(bytes.slice().buffer);
  };
  const effects: ScreenResult['effects'] = {};
  for (const operator of plan.operators.map((name) => Operator.parse(name)))
    effects[operator] = await floats(effectsName(operator), plan.genes.length * plan.cells.length * perCell);
  return {
    plan,
    readOuts,
    effects,
    originals: await floats('originals.f32', plan.cells.length * perCell),
    centroids: await floats('centroids.f32', null),
    nPasses,
    stages,
  };
}

function effectsName(operator: string): string {
  return `effects-${operator}.f32`;
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
