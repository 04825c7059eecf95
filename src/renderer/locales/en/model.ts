export default {
  architecture: 'Architecture',
  loss: {
    title: 'Training curve',
    label: 'Training curve, {n} points',
    scores: 'Validation scores, epoch by epoch',
    none: 'No curve was recorded.',
    hint: 'The loss should fall and level off. If the validation scores fall again, the model learns its training cells by heart.',
  },
  notes: {
    steps: '{n} corrections.',
    best: 'Epoch {best} of {last} did best on the validation cells and was kept.',
    early: 'It stopped after {last} of {planned} epochs because it had not got better for a while.',
    skipped:
      'One correction was skipped: its numbers were not finite. | {n} corrections were skipped: their numbers were not finite. A lower learning rate avoids that.',
    further: 'Trained further from {title}.',
  },
  embeddings: {
    title: 'Embeddings',
    run: 'Embed cells',
    save: 'Save to a file',
    saved: 'Saved {size}: {path}',
    none: 'Nothing is embedded by this model yet.',
    noCells: 'No prepared cells of this project can be read by this model. Prepare cells with its vocabulary first.',
    hint: 'An embedding is the list of numbers by which the model describes a cell or a gene: what lies close is alike to the model. For maps and comparisons in other programs.',
    cells: 'Cells',
    pooling: 'Cell embedding',
    nCells: 'Cells embedded',
    nGenes: 'Genes embedded',
    width: 'Numbers each',
    rows: 'One row for each',
    whats: { cells: 'cell', genes: 'gene, averaged over cells' },
  },
  imported: {
    title: 'From here to your question',
    gone: 'The weights of this model are no longer in the library of this computer, so nothing can be computed with it. Import it again from the same files; the project then finds it by itself.',
    steps: {
      data: { text: 'Bring in your cells.', action: 'Import data' },
      prepare: { text: 'Prepare the cells with the vocabulary of this model.', action: 'Prepare cells' },
      teach: { text: 'Teach it your cell states, or train it further first.', action: 'Train' },
      screen: { text: 'Screen genes in your cells.', action: 'Run a screen' },
    },
  },
  verdict: {
    model:
      'The model tells the states apart better than every simple method: macro-F1 {f1} against {rivalF1} ({rival}); accuracy {accuracy}.',
    tie: 'The model and the best simple method ({rival}) are level: macro-F1 {f1} against {rivalF1}. Nothing is gained by the model here yet.',
    baseline:
      'A simple method does better: {rival} has macro-F1 {rivalF1}, the model {f1}. For naming cell states, use the simple method, or train longer or on more cells.',
  },
  split: {
    'held-out-donor': 'Measured on donors the model has never seen.',
    stratified: 'Measured on held-out cells, not on held-out donors, which flatters every method.',
    counts: '{train} cells to learn, {validation} to choose the epoch, {test} to test.',
  },
  scores: {
    title: 'Beside simple methods',
    label: 'Bars: macro-F1 and accuracy of the model and of simple methods; the numbers are in the table beside it',
    method: 'Method',
    macroF1: 'Macro-F1',
    accuracy: 'Accuracy',
  },
  classes: {
    title: 'State by state',
    label: 'State',
    nTest: 'Test cells',
    precision: 'Precision',
    recall: 'Recall',
    f1: 'F1',
  },
  confusion: {
    title: 'What is mistaken for what',
    caption: 'Rows: true state; columns: what the model says. Shade: share of the row.',
    corner: 'true ↓ said →',
  },
};
