export default {
  title: 'Imported models',
  text: 'Published models you brought to this computer. They belong to no project: import once, use in each of them.',
  empty: {
    title: 'No imported models yet',
    text: 'A published GeneCompass model has learned from millions of cells. Import it once; then every project can start from it instead of from your cells alone.',
  },
  licence:
    'Its authors state no licence for these files. You brought them: keep them to yourself and do not pass the imported model on.',
  refused: 'Left out: {reason}',
  levels: { good: 'as expected', note: 'good to know', missing: 'missing' },
  import: {
    title: 'Import a published model',
    text: 'The workbench checks the files, keeps a copy on this computer and changes nothing in your folder.',
    folder: 'Choose the folder',
    expect: 'Choose the unpacked folder of the model. It holds:',
    files: {
      weights: 'the weights: pytorch_model.bin or model.safetensors, with config.json (needed)',
      tokens:
        'the token dictionary, for example human_mouse_tokens.pickle, which says which number means which gene (needed to use the model on cells)',
      extras: 'homologs, gene medians and prior tables, where you have them; subfolders are looked into',
    },
    whereFrom:
      'The model is not part of the workbench, and nothing is downloaded. Its authors share it with their paper; ask whoever runs your servers if you cannot download it yourself.',
    looking: 'Looking into the folder',
    found: 'Found: {file}',
    run: 'Import',
    running:
      'Every weight is read and checked. A model of the published size takes about a minute; you can look at other pages meanwhile.',
    advice: 'Nothing was imported. Copy the folder once more from where you have it, or choose another one.',
    behind: 'Go on in the background',
    watch: 'Show',
    done: '{title} is imported.',
    known: '{title} was imported before. Nothing was changed.',
    kept: 'It is kept on this computer, outside of every project.',
    another: 'Import another',
    showCard: 'Show its card',
  },
  findings: {
    counts: {
      title: 'Which model',
      base: 'The published Base, complete: {tensors} tensors, {elements} numbers, as published.',
      other:
        'Not the published Base, which has {baseTensors} tensors and {baseElements} numbers: this has {tensors} and {elements}. It works if it is a GeneCompass model of another size.',
    },
    heads: {
      title: 'What it was taught',
      masked:
        'To guess hidden genes and their values (pretraining). You can train it further or teach it your cell states.',
      classifier: 'To tell {n} cell states apart.',
      none: 'Only to describe cells: what it guessed with in training was left out. You can teach it your cell states.',
    },
    layout: {
      title: 'Size and layout',
      scalar: '{layers} layers, width {width}, up to {genes} genes per cell; expression values enter as in Base.',
      encoder:
        '{layers} layers, width {width}, up to {genes} genes per cell; expression values pass a network of their own, as in one layout of Small.',
      fused:
        '{layers} layers, width {width}, up to {genes} genes per cell; expression values are mixed into the gene, as in one layout of Small.',
    },
    tokens: {
      title: 'Token dictionary',
      found: '{file}: says which number means which gene, so your cells can be prepared for this model.',
      missing:
        'No token dictionary came with it. Without it nobody knows which number means which gene, so no cells can be prepared for this model. Put human_mouse_tokens.pickle into the folder and import again.',
    },
    homologs: {
      title: 'Mouse and human genes',
      found: '{n} genes are matched between mouse and human, so mouse cells use mouse knowledge.',
      missing: 'Not matched: mouse cells use what is known of human genes. For human cells nothing changes.',
    },
    medians: {
      title: 'Usual gene levels',
      found: '{file}: genes are compared with their usual level as in the publication.',
      missing:
        'No medians: genes are compared with their usual level in your own cells. It works; numbers differ from the published ones.',
    },
    priors: {
      title: 'Prior knowledge',
      inside: '{n} tables, inside of the weights.',
      files: 'Read from {file}.',
      missing: 'None. The model knows genes only from cells.',
    },
  },
  tile: {
    size: '{parameters} weights: {layers} layers, width {width}, reads up to {genes} genes per cell',
    genes: 'knows {n} genes',
    noVocabulary: 'no token dictionary: not usable on cells',
    imported: 'imported {when}, {size}',
    used: 'in this project',
    show: 'Show card',
    heads: { masked: 'pretrained', classifier: 'classifier', none: 'encoder only' },
  },
  use: {
    action: 'Use in this project',
    done: '{title} is in the project.',
    show: 'Show in the project',
  },
  next: {
    title: 'What you can do with it',
    noVocabulary:
      'Nothing with cells yet: no token dictionary came with it. Put human_mouse_tokens.pickle into the folder and import it again.',
    masked:
      'It reads {genes} genes. In a project, prepare your cells with its vocabulary, then teach it your cell states (fine-tuning) or train it further on your cells first.',
    classifier:
      'It tells {n} states apart. In a project, prepare your cells with its vocabulary of {genes} genes, then screen genes with it.',
    none: 'It describes cells. In a project, prepare your cells with its vocabulary of {genes} genes, then teach it your cell states (fine-tuning).',
    needsProject: 'That happens inside of a project. Open or make one; the model is offered there.',
    used: 'It is used in {project}.',
    toProjects: 'To your projects',
  },
  card: {
    what: 'What it is',
    genes: 'Genes it knows',
    origin: 'imported {when} from {file}',
    kept: 'Kept on this computer',
    sources: 'Imported from',
    save: 'Save card',
    toLibrary: 'To the imported models',
  },
  facts: {
    parameters: 'Weights',
    counts: 'Stored numbers',
    countsBase: '{tensors} tensors, {elements}: as the published Base',
    countsOther: '{tensors} tensors, {elements}',
    layout: 'Expression values',
    heads: 'Taught',
    priors: 'Prior knowledge',
    none: 'none',
    human: 'Human genes',
    mouse: 'Mouse genes',
    homologs: 'Mouse genes matched to human ones',
    medians: 'Genes with a usual level',
    mediansOwn: 'none came with it: taken from your cells',
    vocabulary: 'Name of the vocabulary',
  },
  layouts: { scalar: 'enter as numbers', encoder: 'pass a network of their own', fused: 'are mixed into the gene' },
  heads: {
    masked: 'to guess hidden genes',
    classifier: 'to tell cell states apart',
    none: 'nothing beyond describing cells',
  },
  priors: {
    promoter: 'promoters',
    co_exp: 'co-expression',
    gene_family: 'gene families',
    peca_grn: 'regulation',
  },
  files: { name: 'File', size: 'Size', hash: 'SHA-256' },
  verify: {
    text: 'A damaged disk or an interrupted copy can change a file. The check reads everything again.',
    action: 'Check the files',
    intact: 'Every file is exactly as it was imported.',
  },
  remove: {
    action: 'Remove',
    label: 'Remove {title}',
    title: 'Remove {title}?',
    here: '{project} uses it.',
    unseen: 'Which closed projects use it cannot be seen from here.',
    files: 'The folder you imported it from is not touched.',
    keep: 'Keep it',
    done: '{title} was removed.',
  },
};
