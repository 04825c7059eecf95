export default {
  species: {
    auto: 'Decide from the gene names',
    human: 'human',
    mouse: 'mouse',
    both: 'both, as two datasets',
  },
  orthologs: {
    'one-to-one': {
      title: 'One-to-one pairs',
      text: 'As published: a mouse gene with a single counterpart shares its token; all others have tokens of their own.',
    },
    'one-to-many': {
      title: 'One gene of each family too',
      text: 'Of families of several genes one more pair shares a token: with the same symbol, or the mouse gene seen in most cells. Counts are never added up.',
    },
    none: {
      title: 'None',
      text: 'Every mouse gene has a token of its own. Nothing is shared with human cells.',
    },
  },
  preset: {
    demo: {
      text: 'Two thin layers and only the highest genes of a cell. Good for a first answer; differences between close states may be missed.',
    },
    small: { text: 'Six layers and up to 2,048 genes. Start here for an answer you want to keep.' },
    base: {
      text: 'Twelve layers, as in the paper. Days without a GPU, and more than a few thousand cells are needed.',
    },
  },
  way: {
    new: {
      title: 'A new model',
      text: 'It learns how genes go together from your cells alone, then your cell states.',
    },
    continue: {
      title: 'Train a model further',
      text: 'It first gets used to your cells, then learns your cell states. Slower; helps where your cells are unlike those it knows.',
    },
    'fine-tune': {
      title: 'Only teach it my states',
      text: 'The model is taken as it is and learns to tell your cell states apart. The usual way with a published model.',
    },
  },
  operators: {
    mask: {
      title: 'Silence (ranks held)',
      text: 'The gene is hidden and every other gene keeps its rank: only the effect of the gene itself.',
    },
    remove: {
      title: 'Remove (as published)',
      text: 'The gene is dropped and later genes move up one rank: its effect and the shift together.',
    },
    'knock-down': {
      title: 'Knock down',
      text: 'The gene keeps a part of its level and falls in rank, as with a partial knock-down.',
    },
    'over-express': { title: 'Over-express', text: 'The gene is raised to a level seen in cells that express it.' },
    'to-rank': {
      title: 'Move in rank',
      text: 'The gene is put at a chosen rank; first of all is the over-expression of Geneformer.',
    },
    'published-over-express': {
      title: 'Over-express (as published)',
      text: 'The level of an expressed gene times 10,000, far beyond any the model has seen. For comparison with published results.',
    },
  },
  operator: {
    mask: { title: 'Silence (ranks held)', text: 'Which genes hold the cell where it is?' },
    remove: { title: 'Remove (as published)', text: 'For comparison with published results.' },
    'knock-down': { title: 'Knock down', text: 'Which genes hold the cell where it is, when they are only lowered?' },
    'over-express': { title: 'Over-express', text: 'Which genes push the cell towards the goal?' },
    'to-rank': { title: 'Move in rank', text: 'For comparison with results of Geneformer.' },
    delete: { title: 'Delete' },
    overexpress: { title: 'Over-express, value × 10,000' },
    'published-over-express': {
      title: 'Over-express (as published)',
      text: 'For comparison with published results.',
    },
  },
  device: {
    auto: 'Choose for me',
    cpu: 'Processor',
    webgpu: 'Graphics card, WebGPU',
    cuda: 'NVIDIA card, CUDA',
    dml: 'Graphics card, DirectML',
    coreml: 'Apple chip, Core ML',
    tfjs: 'TensorFlow.js',
  },
  method: { umap: 'UMAP', tsne: 't-SNE' },
  order: {
    auc: 'AUC',
    'cohens-d': "Cohen's d",
    'log-fold-change': 'Log fold change',
    detection: 'Difference of detection',
  },
  schedule: { linear: 'In a line to zero', cosine: 'As half a cosine to zero', constant: 'Not at all' },
  targets: {
    query: 'Attention: query',
    key: 'Attention: key',
    value: 'Attention: value',
    output: 'Attention: output',
    'ffn-up': 'Feed-forward: in',
    'ffn-down': 'Feed-forward: out',
  },
  genes: {
    tf: 'Transcription factors',
    all: 'Every gene above the detection gate (slow)',
  },
  alternatives: {
    all: 'Every other state with enough cells',
    none: 'None',
  },
  computation: {
    exact: 'Every perturbation through the model',
    'two-stage': 'In two stages: foretell all genes, compute the leading ones exactly (fast)',
    adaptive: 'In two stages, with more cells only where they decide who leads (fastest)',
  },
  pooling: { cls: 'Species token, as published', mean: 'Average over genes' },
  readOut: {
    'embedding-shift': 'Shift in the embedding (cosine)',
    'probability-shift': 'Change of the state’s probability',
  },
  parts: {
    doses: { title: 'Doses', text: 'Does the effect grow with the dose, and does it level off?' },
    combinations: { title: 'Combinations', text: 'Do two or three genes do more together than the sum of each?' },
    responses: { title: 'Responding genes', text: 'Which genes does the model change when this one is perturbed?' },
  },
  series: {
    raise: { title: 'Raise', text: 'To the 50th to 100th percentile of the level in cells that express it.' },
    rank: { title: 'Move in rank', text: 'To the end, the middle and up to the front of the cell.' },
    lower: { title: 'Lower', text: 'To three quarters, half, a quarter, a tenth of its level, then removed.' },
  },
  combinations: {
    raise: { title: 'Raise both', text: 'Both genes over-expressed at the dose of the screen.' },
    silence: { title: 'Silence both', text: 'Both genes hidden, all ranks held; only in cells that express both.' },
    mixed: { title: 'Raise one, silence one', text: 'In both orders, so it takes twice as long.' },
  },
  responses: {
    raise: { title: 'When raised', text: 'Genes that change when the gene is over-expressed.' },
    silence: { title: 'When silenced', text: 'Genes that change when the gene is hidden.' },
  },
  modality: {
    orf: 'Over-express from a construct (ORF)',
    crispra: 'CRISPR activation',
    crispri: 'CRISPR interference',
    'knock-out': 'CRISPR knock-out',
  },
  layout: { randomised: 'Randomised', 'by-row': 'By row' },
};
