export default {
  title: 'This computer',
  facts: '{cpu}, {cores} cores, {memory} memory ({free} free)',
  devices: 'What can compute',
  verdicts: { usable: 'can be used', unusable: 'cannot be used', unknown: 'not checked yet' },
  memory: '{memory} of memory',
  notChecked: 'Not checked yet. The check takes up to a minute; until then the processor computes.',
  checked: 'Checked {when}. Check again after a new driver or another card.',
  check: 'Check this computer',
  again: 'Check again',
  measuring:
    'Each device computes a small known task; this takes up to a minute. Other work on this computer makes it look slower.',
  sizes: 'Which model sizes it can handle',
  columns: {
    size: 'Model size',
    genes: 'Genes per cell',
    training: 'Training',
    inference: 'Reading cells (screens, embeddings)',
  },
  fits: { yes: 'fits', tight: 'fits with fewer cells at once', no: 'does not fit', unknown: 'memory not known' },
  rate: 'about {n} cells a minute',
  memoryTight: '{memory}, {n} cells at once',
  estimate: 'Estimated from measured speeds, with the memory it takes. Nothing else should run beside it.',
  plan: {
    yes: 'On this computer ({device}) training takes about {time}: {rate} cells a minute, {memory} of memory.',
    tight:
      'It fits on this computer ({device}) only with at most {n} cells computed together: lower the batch size to {n} under More options. Training then takes about {time}.',
    no: 'This size does not fit on this computer ({device}): it needs {memory} of memory. Choose a smaller size, or prepare the cells with fewer genes.',
    unknown: 'How long this takes here is not known yet. A check of this computer, up to a minute, tells.',
  },
  open: 'See what it can run',
};
