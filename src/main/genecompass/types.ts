/** One cell as the encoder reads it. */
export interface EncoderInput {
  /** By descending value; no padding. */
  tokenIds: Int32Array;
  /** log2(1 + count / gene median). */
  values: Float32Array;
  /** 0 human, 1 mouse. */
  species: 0 | 1;
  /** Positions that leave attention and pooling while every rank is held (operator `mask`). */
  hiddenPositions?: readonly number[];
}

/** What the screen needs from a model: cells in, embeddings and state probabilities out. */
export interface CellEncoder {
  readonly width: number;
  readonly maxLength: number;
  /** Labels of the fine-tuned head; null for a pretrained model. */
  readonly classes: readonly string[] | null;
  /** Shape: n × width (`cls` or `mean` pooling) and, with a head, n × classes after softmax. Order of `inputs`. */
  encode(
    inputs: readonly EncoderInput[],
    pooling: 'cls' | 'mean',
  ): Promise<{ embeddings: Float32Array; probabilities: Float32Array | null }>;
  dispose(): Promise<void>;
}
