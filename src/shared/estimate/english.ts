/** The English texts of an estimate, for the window, the command line and the log of a job; other languages translate this table. */
export const ESTIMATE_ENGLISH = {
  says: {
    cost: 'Time: {time} on {device}. Memory: {memory}. Disk: {disk}.',
    costWithoutTime: 'Memory: {memory}. Disk: {disk}. How long it takes is told once it runs.',
    exact: '{passes} passes through the model: {genes} genes in {cells} start cells.',
    range: '{from} to {to} passes through the model: {genes} genes in {cells} start cells.',
    fallback:
      'Where foretold effects do not agree with exact ones, every gene is computed exactly: {passes} passes, {time}.',
    fallbackWithoutTime:
      'Where foretold effects do not agree with exact ones, every gene is computed exactly: {passes} passes.',
  },
  warnings: {
    memory:
      'It needs {needed} of memory and this computer has {total}: take fewer start cells, genes, goals or alternatives, or a smaller model.',
    'memory-now':
      'It needs {needed} of memory and {free} are free at the moment: close other programs, or take fewer start cells or genes.',
    card: 'It does not fit on the device that was asked for: choose device auto or cpu, or a model that reads fewer genes of a cell.',
    disk: 'It needs {needed} of disk and {free} are free beside the project: make room, or take fewer start cells, genes or alternatives.',
    long: 'It takes longer than a day: two stages, adaptive stages, fewer start cells or a list of genes take less. It can be paused and resumed.',
  },
  time: {
    moment: 'less than a minute',
    minute: 'about a minute',
    minutes: 'about {n} minutes',
    minutesRange: '{from} to {to} minutes',
    hour: 'about an hour',
    hours: 'about {n} hours',
    hoursRange: '{from} to {to} hours',
    day: 'about a day',
    days: 'about {n} days',
    daysRange: '{from} to {to} days',
  },
  devices: {
    cpu: 'the processor',
    webgpu: 'WebGPU',
    cuda: 'CUDA',
    dml: 'DirectML',
    coreml: 'Core ML',
    tfjs: 'TensorFlow.js',
  },
} as const;
