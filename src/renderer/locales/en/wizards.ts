const review = {
  short: 'Review',
  title: 'Check and run',
  text: 'Nothing has started yet. You can go back to every step.',
};

export default {
  steps: 'Steps',
  next: 'Next',
  change: 'Change',
  changeField: 'Change {field}',
  command: 'The same on the command line',
  yes: 'yes',
  no: 'no',
  off: 'off',
  andMore: '{list} and {n} more',
  columnNote: '{n} values, {missing} missing',
  mapClusters: 'Clusters of the cell map',
  cellsNote: '{n} cells',
  tokensNote: '{n} cells, up to {genes} genes each',
  needs: {
    import: 'This needs cells first',
    prepare: 'This needs prepared cells first',
    train: 'This needs a model first',
    screen: 'This needs a screen first',
  },
  import: {
    title: 'Import data',
    run: 'Import',
    looking: 'Looking into the files',
    columns: 'No annotations | One annotation: | {n} annotations:',
    overlap: '{shared} genes are in every sample, {all} in any.',
    mixture: {
      genes: 'Some cells here count human genes, others mouse genes.',
      column: 'The annotation {column} names human and mouse cells.',
      samples: 'Some samples are human, others mouse.',
      offer: 'A dataset holds one species: take both as two datasets, or choose one species below.',
      taken: 'Each species becomes a dataset of its own.',
    },
    takeBoth: 'Import both',
    unreadable: 'An import takes every sample or none. Leave out what cannot be read, or export it anew.',
    leaveOut: 'Leave it out',
    blocked: {
      nothing: 'Choose files that can be read.',
      unread: 'Leave out what cannot be read first.',
      counts: 'Raw counts are needed; choose a file or a matrix that holds them.',
      species: 'Choose the species first.',
    },
    tokenFolder: {
      what: 'These cells were prepared already: they come in as a dataset and its prepared cells, ready for training and screens.',
      run: 'Import prepared cells',
    },
    samples: {
      caption: 'One sample | {n} samples',
      name: 'Sample',
      nameOf: 'Name of sample {n}',
      what: 'What it is',
      cells: 'Cells',
      genes: 'Genes',
      unread: 'cannot be read',
    },
    content: {
      counts: 'raw counts',
      normalized: 'normalised, not used',
      negative: 'scaled, with negative values, not used',
    },
    steps: {
      file: {
        short: 'Files',
        title: 'Choose your files',
        text: 'You see what they hold before anything is read into the project.',
      },
      columns: {
        short: 'Annotations',
        title: 'What the annotations mean',
        text: 'Which annotation holds your cell states, which tells donors or animals apart, and who may see their values. The program suggests; you decide, also later.',
      },
      review,
    },
  },
  prepare: {
    title: 'Prepare cells',
    run: 'Prepare',
    own: { title: 'Genes of this dataset', note: 'for a new model of your own cells' },
    given: {
      title: 'As {model} reads them',
      imported: 'with the token dictionary that came with it',
      own: 'to use that model on these cells too',
    },
    why: 'A model knows every gene by a number. The cells are written with the numbers of {model}, with its matching of mouse and human genes and, where it brought them, its usual gene levels. Genes it does not know are left out.',
    keeps: 'These rules keep {kept} of {all} cells.',
    otherSamples:
      'The quality check of this dataset took other samples, so it cannot say how many cells these rules keep.',
    notChecked: 'The cells were not checked yet, so it is not known how many these rules keep.',
    toQuality: 'See the limits on the cells',
    toCheck: 'Check the cells',
    anew: 'Cells prepared before keep their own numbers, which mean other genes to this model; that is why they are prepared anew. Both stay in the project.',
    tooLong: '{model} reads at most {n} genes of a cell. Lower the genes per cell.',
    steps: {
      quality: {
        short: 'Quality',
        title: 'Which cells are good enough',
        text: 'Masked cells stay in the project; nothing is deleted.',
      },
      tokens: {
        short: 'Encoding',
        title: 'How cells are written for the model',
        text: 'Every cell becomes a list of its genes in order of rank, each gene compared with its usual level.',
      },
      review,
    },
  },
  train: {
    title: 'Train a model',
    run: 'Start training',
    way: { title: 'Where to start', help: 'A model that was trained before needs less time and fewer cells.' },
    pretrain: { title: 'First: how genes go together', help: 'The model guesses hidden genes of your cells.' },
    finetune: { title: 'Then: your cell states', help: 'The model learns to tell the states of one column apart.' },
    skipped:
      'The chosen model is taken as it is, so this step is left out. To train it further on your cells first, go back one step.',
    otherVocabulary:
      '{model} cannot read these cells: they are written with the gene numbers of another vocabulary. Prepare the cells once more for it; the ones you have stay.',
    prepareFor: 'Prepare cells for {model}',
    cost: 'About {n} corrections. The jobs panel shows the time left once it runs.',
    steps: {
      cells: {
        short: 'Cells',
        title: 'Which cells to learn from',
        text: 'The prepared cells of one dataset, and the model to begin with.',
      },
      size: {
        short: 'Model',
        title: 'How big the model is',
        text: 'Start small: a quick look tells whether the question is worth a night of training.',
      },
      further: {
        title: 'How the model gets used to your cells',
        text: 'Its size is as it came. The epochs say how often it sees every cell before it learns your states.',
      },
      states: {
        short: 'States',
        title: 'Which states to tell apart',
        text: 'Some cells are held out and tell how well it works on cells the model has never seen.',
      },
      review,
    },
  },
  screen: {
    title: 'Screen genes',
    run: 'Start the screen',
    startIsGoal: 'The start state is also a goal: no gene can move cells to where they already are.',
    unreadable:
      'This model cannot read these cells: they are written with the gene numbers of another vocabulary. Choose cells prepared for it.',
    pretrainedOnly: 'This model was not taught any states. Choose the shift in the embedding, or a fine-tuned model.',
    faster: {
      offer:
        'In adaptive stages it takes {fast} in place of {slow}: every gene is foretold, and what decides who leads is computed exactly. How well both agree is told with the result.',
      take: 'Compute in stages',
    },
    moves: {
      title: 'What that does to the ranks, on a made-up cell of twelve genes',
      moved: 'From rank {before} to rank {after}.',
      hidden: 'Hidden at rank {before}; no other gene moves.',
      gone: 'Gone from rank {before}; every later gene moves up one rank.',
    },
    emptyList: 'The gene list is empty. Paste at least one gene, or choose a whole set.',
    steps: {
      fate: {
        short: 'From → to',
        title: 'Which cells you have, which you want',
        text: 'The screen perturbs start cells and measures how far they move towards each goal.',
      },
      operators: {
        short: 'What is done',
        title: 'What is done to each gene',
        text: 'Coloured: the gene that is perturbed. Bars: genes of a cell in order of rank.',
      },
      genes: {
        short: 'Genes',
        title: 'Which genes are tried',
        text: 'Transcription factors are the usual start; or paste your own candidates.',
      },
      cells: {
        short: 'How many cells',
        title: 'How many start cells',
        text: 'The time grows with cells × genes × operators.',
      },
      review,
    },
  },
  rank: {
    title: 'Rank genes',
    run: 'Rank',
    steps: {
      goal: {
        short: 'Goal',
        title: 'Which goal, which perturbation',
        text: 'One ranking answers one question; make as many as you like from the same screen.',
      },
      known: {
        short: 'Known genes',
        title: 'Genes you already know',
        text: 'Optional. They measure the model beside simple methods and so choose which of them orders the table. No score is made from them.',
      },
      review,
    },
  },
  closer: {
    title: 'Look closer at genes',
    run: 'Look closer',
    passes: 'At most {n} passes through the model: as many as screening {genes} genes by one operator.',
    passesBy: 'Doses {series}, combinations {combinations}, responding genes {responses}.',
    tooMany: 'At most {n} genes; a shorter list gives sharper answers, since all pairs are tested together.',
    triples: 'Sets of three, all raised or silenced together',
    noTriples: 'Choose at least three genes to test sets of three.',
    steps: {
      genes: {
        short: 'Genes',
        title: 'Which genes, and what about them',
        text: 'The same start cells, goals and read-out as the screen; every effect is computed exactly.',
      },
      tests: {
        short: 'Doses and sets',
        title: 'Doses, combinations and responding genes',
        text: 'Doses never leave the range seen in your cells.',
      },
      review,
    },
  },
};
