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
  open: 'See what it can run',
};
