import type { LoraConfig } from '../domain/lora.ts';
import type { FinetuneConfig } from '../domain/training.ts';

/** Settings of a training as an artifact keeps them; one of an earlier version lacks some. */
export type KeptTraining = Partial<
  Pick<FinetuneConfig, 'freezeLayers' | 'freezeEmbeddings' | 'precision' | 'compat'> & { lora: LoraConfig }
>;

/** What of a training is not as usual, as sentences for a methods section; empty where all is. */
export function trainingChoices(config: KeptTraining, nSkipped: number): string {
  const { lora, freezeLayers = 0, freezeEmbeddings = false, precision, compat } = config;
  const adapted = lora !== undefined && lora.rank > 0;
  const sentences = [];
  if (adapted) {
    sentences.push(
      `Low-rank adapters (rank ${lora.rank}, alpha ${lora.alpha}; ${lora.targets.join(', ')}) were trained and then added to the weights.`,
    );
  }
  if (freezeLayers > 0) sentences.push(`The lowest ${freezeLayers} encoder layers stayed frozen.`);
  if (freezeEmbeddings && !adapted) sentences.push('The embeddings stayed frozen.');
  if (precision === 'float16') sentences.push('Products of matrices were computed in float16.');
  if (compat?.truncateValues) sentences.push('Expression values were cut to whole numbers, as in the published code.');
  if (compat?.ignoreSpecies) sentences.push('Every cell was given as human, as in the published code.');
  if (nSkipped > 0) sentences.push(`${nSkipped} steps without a finite loss were left out.`);
  return sentences.map((sentence) => ` ${sentence}`).join('');
}
