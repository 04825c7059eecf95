import type { PriorName } from '#shared/domain/model.ts';

/** Parameter names of published checkpoints. Source: spec/genecompass.md §2.6. */
export const NAMES = {
  word: 'bert.embeddings.word_embeddings.weight',
  prior: (name: PriorName) => `bert.embeddings.${name}_embeddings.linear1`,
  priorTable: (name: PriorName) => `bert.embeddings.${name}_knowledge`,
  homologIndex: 'bert.embeddings.homologous_index',
  positionIds: 'bert.embeddings.position_ids',
  valueBlock: 'bert.embeddings.values_embeddings.',
  /** Layout `encoder`: linear1, linear2, norm. Layout `fused`: c_fc, c_ln, c_proj. */
  valueLinear1: 'bert.embeddings.values_embeddings.linear1',
  valueLinear2: 'bert.embeddings.values_embeddings.linear2',
  valueNorm: 'bert.embeddings.values_embeddings.norm',
  fuseLinear: 'bert.embeddings.values_embeddings.c_fc',
  fuseNorm: 'bert.embeddings.values_embeddings.c_ln',
  fuseProjection: 'bert.embeddings.values_embeddings.c_proj',
  catLinear: 'bert.embeddings.concat_embeddings.cat_fc',
  catNorm: 'bert.embeddings.concat_embeddings.cat_ln',
  catProjection: 'bert.embeddings.concat_embeddings.cat_proj',
  position: 'bert.embeddings.position_embeddings.weight',
  tokenType: 'bert.embeddings.token_type_embeddings.weight',
  embeddingNorm: 'bert.embeddings.LayerNorm',
  cls: 'bert.cls_embedding.weight',
  layer: (index: number) => `bert.encoder.layer.${index}`,
  idHead: 'cls.predictions',
  valueHead: 'cls4value.predictions',
  pooler: 'bert.pooler.dense',
  classifier: 'classifier',
} as const;

/** Number of rows of the token-type table; only row 0 is ever used. */
export const TOKEN_TYPES = 2;
/** Rows of the CLS table: human, mouse. */
export const SPECIES = 2;
export const PAD_TOKEN = 0;
export const MASK_TOKEN = 1;
/** Label of a position that is not predicted. */
export const IGNORED_LABEL = -100;
/** Value fed at a masked position. */
export const MASKED_VALUE = -1;
