import type { DeviceCheck, MachinePlan } from '#shared/domain/device.ts';
import { MODEL_PRESETS, ModelConfig, ModelPreset } from '#shared/domain/model.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { PretrainConfig } from '#shared/domain/training.ts';
import { fits } from './fits.ts';
import { cellsPerMinute } from './speed.ts';
import type { WorkShape } from './work-graph.ts';

const LENGTHS = [256, 512, 2048];
const MODES = ['inference', 'training'] as const;
/** Positions computed together when cells are encoded. */
const INFERENCE_POSITIONS = 1024;
const NAMES: Readonly<Record<ModelPreset, string>> = { demo: 'Quick look', small: 'Small', base: 'Base' };

/** What each preset can do on the usable devices: whether it has room, and how many cells a minute. */
export function machinePlans(checks: readonly DeviceCheck[]): MachinePlan[] {
  const usable = checks.filter((check) => check.usable);
  return ModelPreset.options.flatMap((preset) =>
    LENGTHS.filter((length) => length <= MODEL_PRESETS[preset].maxLength).flatMap((length) =>
      MODES.flatMap((mode) => usable.map((check) => planOf(preset, length, mode, check))),
    ),
  );
}

function planOf(preset: ModelPreset, length: number, mode: (typeof MODES)[number], check: DeviceCheck): MachinePlan {
  const config = presetConfig(preset);
  const wanted = mode === 'inference' ? Math.max(1, INFERENCE_POSITIONS / length) : TRAINING_BATCH;
  const place = { device: check.name, memoryBytes: check.memoryBytes };
  const asWanted = fits(config, length, wanted, mode, place);
  const batchSize = Math.min(wanted, asWanted.largestBatch ?? wanted);
  const { bytes } = batchSize === wanted ? asWanted : fits(config, length, Math.max(1, batchSize), mode, place);
  // What a cell costs hardly depends on how many are computed together; few keep the graph small.
  const shape: WorkShape = { batchSize: Math.min(Math.max(1, batchSize), length > 512 ? 1 : 4), length };
  const rate = batchSize === 0 ? null : cellsPerMinute(config, mode, shape, check);
  const plan = {
    device: check.name,
    preset,
    nGenes: length,
    mode,
    batchSize,
    bytes: Math.round(bytes),
    fits: asWanted.largestBatch === null ? null : batchSize > 0,
    cellsPerMinute: rate === null ? null : Number(rate.toPrecision(2)),
  };
  return { ...plan, words: words(plan, wanted, check.memoryBytes) };
}

const TRAINING_BATCH = PretrainConfig.shape.batchSize.parse(undefined);

/** As published, or as the workbench makes it from a person's own cells. */
function presetConfig(preset: ModelPreset): ModelConfig {
  const own = [{ name: 'co_exp', width: PreprocessConfig.shape.priorDimensions.parse(undefined) }];
  const published = ['promoter', 'co_exp', 'gene_family', 'peca_grn'].map((name) => ({ name, width: 768 }));
  return ModelConfig.parse({
    ...MODEL_PRESETS[preset],
    vocabularySize: preset === 'base' ? PUBLISHED_GENES : OWN_GENES,
    vocabularyHash: 'plan',
    priors: preset === 'base' ? published : own,
  });
}

/** Source: spec/genecompass.md, token dictionary. */
const PUBLISHED_GENES = 50_558;
const OWN_GENES = 20_000;

function words(
  { preset, nGenes, mode, batchSize, bytes, cellsPerMinute: rate }: Omit<MachinePlan, 'words'>,
  wanted: number,
  memoryBytes: number | null,
): string {
  const work = mode === 'inference' ? 'reading cells' : 'training';
  const subject = `${NAMES[preset]}, ${nGenes.toLocaleString('en')} genes, ${work}`;
  const speed = rate === null ? '' : `, about ${rate.toLocaleString('en')} cells a minute`;
  if (memoryBytes === null)
    return `${subject}: needs ${gigabytes(bytes)} GB, and how much there is is not known${speed}`;
  const of = `${gigabytes(bytes)} of ${gigabytes(memoryBytes)} GB`;
  if (batchSize === 0) return `${subject}: does not fit, one cell needs ${of}`;
  if (batchSize < wanted) return `${subject}: fits with a batch size of ${batchSize} (${of})${speed}`;
  return `${subject}: fits (${of})${speed}`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 9.95e9 ? 1 : 0);
}
