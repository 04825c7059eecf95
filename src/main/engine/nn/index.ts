export { gelu, quickGelu } from './activations.ts';
export { attend, attention, keyMaskOf, type AttentionOptions, type AttentionWeights } from './attention.ts';
export { dropout, dropoutMask, dropoutState, type DropoutState } from './dropout.ts';
export { embedding, gatherPositions } from './embedding.ts';
export { encoderLayer, type EncoderLayerOptions, type EncoderLayerWeights } from './encoder-layer.ts';
export { layerNorm, type LayerNormWeights } from './layer-norm.ts';
export { linear, tiedLinear, type LinearWeights } from './linear.ts';
export { loraLinear, tiedLoraLinear, tiedLoraWeight, type LoraWeights } from './lora.ts';
export { crossEntropy, crossEntropyRows, maskedMse } from './losses.ts';
