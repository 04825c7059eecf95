export default {
  navigation: 'Contents of the project',
  overview: 'Overview',
  noneYet: 'none yet',
  demoNotice: 'The passphrase of the demo project is public: nothing private belongs in it.',
  groups: {
    datasets: 'Datasets',
    tokens: 'Prepared cells',
    models: 'Models',
    screens: 'Screens',
    rankings: 'Rankings',
    followUps: 'Closer looks',
  },
  add: {
    datasets: 'Import data',
    tokens: 'Prepare cells',
    models: 'Train a model',
    screens: 'Run a screen',
    rankings: 'Rank genes',
    followUps: 'Look closer',
  },
  teach: {
    datasets: 'A dataset is a count matrix of cells and genes, with what you know about each cell.',
    tokens:
      'Prepared cells passed the quality rules and are written the way the model reads them: genes in order of rank.',
    models: 'A model first learns how genes go together in your cells, then to tell your cell states apart.',
    screens: 'A screen changes one gene at a time in your start cells and measures where the cells move.',
    rankings:
      'A ranking orders the screened genes for one goal, beside simple methods, so you can see what the model adds.',
    followUps:
      'A closer look follows a few genes of a screen: how the effect grows with the dose, what pairs do, which genes respond.',
  },
  facts: {
    dataset: '{cells} cells × {genes} genes, {species}',
    tokens: '{cells} cells, {covered} of counts covered',
    pretrained: 'pretrained, {parameters} weights',
    imported: 'imported, {parameters} weights',
    finetuned: 'tells {labels} states apart, {parameters} weights',
    screen: '{genes} genes in {cells} cells',
    ranking: '{genes} genes, {significant} at FDR below 0.05',
    followUp: '{monotone} dose responses, {synergies} synergies',
  },
  next: {
    label: 'Next step',
    question: 'Your question:',
    import: {
      title: 'Bring in your cells',
      text: 'Choose an .h5ad file or 10x output. You see what it holds before anything is read.',
      action: 'Import data',
    },
    prepare: {
      title: 'Prepare the cells',
      text: 'Quality rules mask poor cells; the others are written as ranked genes.',
      action: 'Prepare cells',
    },
    train: {
      title: 'Train a model',
      text: 'It learns from your own cells, then to tell your states apart. A quick look takes minutes.',
      action: 'Train a model',
    },
    screen: {
      title: 'Screen the genes',
      text: 'Say which cells you have and which you want; every gene is tried in each of them.',
      action: 'Run a screen',
    },
    rank: {
      title: 'Rank the genes',
      text: 'Order the screened genes for one goal and compare with simple methods.',
      action: 'Rank genes',
    },
    wait: {
      title: 'Work is on its way',
      text: 'The jobs panel shows how far it is. You can close the window.',
      action: '',
    },
    readModel: {
      title: 'See how well your states are told apart',
      text: 'Accuracy beside simple baselines, state by state.',
      action: 'Show the model',
    },
    readRanking: {
      title: 'Read your ranking',
      text: 'The candidates, how sure they are, and when not to trust them.',
      action: 'Show the ranking',
    },
  },
  provenance: {
    methods: 'For the methods section',
    commands: 'Commands that make it again',
    chain: 'Made from',
  },
};
