import { z } from 'zod';
import { ArtifactId } from '../domain/ids.ts';
import { LibraryModelId } from '../domain/library.ts';
import { ForwardConfig, ForwardReport } from '../domain/forward.ts';
import { ModelConfig } from '../domain/model.ts';
import { EmbedConfig, EmbeddingsExport } from '../domain/embed.ts';
import { CoverageReport, PreprocessConfig } from '../domain/preprocess.ts';
import { PublishedPerturbationConfig, PublishedPerturbationReport } from '../domain/published-perturbation.ts';
import { RunEstimate } from '../domain/run-estimate.ts';
import { RankedGene, RankingConfig, RankingReport } from '../domain/ranking.ts';
import { RankingExport } from '../domain/ranking-export.ts';
import { StagesSummary } from '../domain/screen-stages.ts';
import { ScreenConfig } from '../domain/screen.ts';
import { ClassifierReport, FinetuneConfig, PretrainConfig } from '../domain/training.ts';
import { GroupEffect } from '../domain/group-effect.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';
import { calibration } from './calibration.ts';
import { ExportedFile } from './exported-file.ts';
import { library, workEvents } from './library.ts';
import { shortlist } from './shortlist.ts';

export const TokensInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  dataset: ArtifactId,
  vocabulary: ArtifactId,
  vocabularyHash: z.string(),
  nCells: z.number().int(),
  maxLength: z.number().int(),
  coverage: CoverageReport,
  createdAt: z.string(),
});
export type TokensInfo = z.infer<typeof TokensInfo>;

export const preprocess = {
  run: procedure({
    help: 'Check cell quality, rank-encode cells and compute the co-expression prior.',
    startsJob: true,
  })
    .input(PreprocessConfig)
    .output(StartedJob),
  list: procedure({ help: 'Prepared token sets of the project.' }).output(z.array(TokensInfo)),
};

export const ModelInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  stage: z.enum(['pretrained', 'fine-tuned']),
  config: ModelConfig,
  nParameters: z.number().int(),
  /** Null for a pretrained model. */
  labels: z.array(z.string()).nullable(),
  labelColumn: z.string().nullable(),
  /** Null for an imported model. */
  tokens: ArtifactId.nullable(),
  /** Only where the weights lie in the model library. */
  imported: z
    .object({
      model: LibraryModelId,
      sha256: z.string(),
      /** Cells for this model are prepared with it; null where no token dictionary came with the model. */
      vocabulary: ArtifactId.nullable(),
    })
    .optional(),
  createdAt: z.string(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

export const model = {
  ...library,
  pretrain: procedure({ help: 'Masked pretraining on prepared cells.', startsJob: true })
    .input(PretrainConfig)
    .output(StartedJob),
  list: procedure({ help: 'Models of the project.' }).output(z.array(ModelInfo)),
  /** Loss and metric curves recorded while the model was trained. */
  history: procedure({ help: 'Training curves of a model.' })
    .input(z.object({ model: ArtifactRef }))
    .output(z.array(z.object({ series: z.string(), step: z.number(), value: z.number() }))),
  embed: procedure({ help: 'Embed every prepared cell, and every gene averaged over cells.', startsJob: true })
    .input(EmbedConfig)
    .output(StartedJob),
  exportEmbeddings: procedure({ help: 'Write kept embeddings as a CSV table or a NumPy array.' })
    .input(EmbeddingsExport)
    .output(z.object({ out: z.string(), rows: z.number().int(), columns: z.number().int(), sizeBytes: z.number() })),
  forward: procedure({
    help: 'Compute embeddings, hidden states and predictions of given cells and write them to a file.',
    withoutProject: true,
    tellsProgress: true,
  })
    .input(ForwardConfig)
    .output(workEvents(ForwardReport)),
  publishedPerturbation: procedure({
    help: 'Delete or over-express genes as the published script does, and write how similar cells and genes stay.',
    withoutProject: true,
    tellsProgress: true,
  })
    .input(PublishedPerturbationConfig)
    .output(workEvents(PublishedPerturbationReport)),
};

export const training = {
  finetune: procedure({ help: 'Teach a model to tell cell states apart.', startsJob: true })
    .input(FinetuneConfig)
    .output(StartedJob),
  report: procedure({ help: 'How well a fine-tuned model tells states apart, beside simple baselines.' })
    .input(z.object({ model: ArtifactRef }))
    .output(ClassifierReport),
};

export const ScreenInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  start: z.string(),
  goals: z.array(z.string()),
  operators: z.array(z.string()),
  nGenes: z.number().int(),
  nCells: z.number().int(),
  /** How foretold and exact effects agree; null for an exact screen. */
  stages: StagesSummary.nullable(),
  config: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
});
export type ScreenInfo = z.infer<typeof ScreenInfo>;

export const screen = {
  run: procedure({
    help: 'Perturb every candidate gene in the start cells and measure the shift towards the goals.',
    startsJob: true,
  })
    .input(ScreenConfig)
    .output(StartedJob),
  estimate: procedure({ help: 'Time, memory and disk that a screen takes, without starting it.' })
    .input(ScreenConfig)
    .output(RunEstimate),
  list: procedure({ help: 'Screens of the project.' }).output(z.array(ScreenInfo)),
};

export const RankingInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  screen: ArtifactId,
  report: RankingReport,
  createdAt: z.string(),
});
export type RankingInfo = z.infer<typeof RankingInfo>;

export const ranking = {
  ...shortlist,
  ...calibration,
  run: procedure({ help: 'Rank the screened genes for one goal beside simple baselines.', startsJob: true })
    .input(RankingConfig)
    .output(StartedJob),
  list: procedure({ help: 'Rankings of the project.' }).output(z.array(RankingInfo)),
  groupEffects: procedure({ help: 'What one gene does in each donor, label and sub-group of the start cells.' })
    .input(z.object({ ranking: ArtifactRef, geneId: z.string() }))
    .output(z.array(GroupEffect)),
  exportGroups: procedure({ help: 'Write what every gene does in each donor, label and sub-group of the start cells.' })
    .input(z.object({ ranking: ArtifactRef, format: z.enum(['csv', 'json']) }))
    .output(ExportedFile),
  rows: procedure({ help: 'The ranked table.' })
    .input(z.object({ ranking: ArtifactRef }))
    .output(z.object({ report: RankingReport, genes: z.array(RankedGene) })),
  export: procedure({ help: 'Write the report, the ranked table or a figure of a ranking as a file, or all of them.' })
    .input(RankingExport)
    .output(ExportedFile),
};
