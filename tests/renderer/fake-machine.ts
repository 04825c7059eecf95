import type { MachineReport } from '#shared/contract/host.ts';
import type { MachinePlan } from '#shared/domain/device.ts';
import type { SelftestReport } from '#shared/domain/selftest.ts';

const NOT_CHECKED = { error: null, speed: null, calibration: null, memoryBytes: null, advice: null };

/** Preset, genes per cell, then memory and cells a minute in training and in inference. */
const SIZES = [
  ['demo', 256, 0.4e9, 5200, 0.1e9, 21_000],
  ['small', 256, 1.1e9, 420, 0.3e9, 1900],
  ['small', 512, 2.6e9, 210, 0.4e9, 940],
  ['small', 2048, 15.2e9, 38, 1.2e9, 190],
  ['base', 2048, 61e9, null, 2.9e9, 24],
] as const;

const plan = (
  preset: MachinePlan['preset'],
  nGenes: number,
  mode: MachinePlan['mode'],
  bytes: number,
  cellsPerMinute: number | null,
): MachinePlan => ({
  device: 'cpu',
  preset,
  nGenes,
  mode,
  bytes,
  cellsPerMinute,
  fits: cellsPerMinute !== null,
  batchSize: cellsPerMinute === null ? 0 : preset === 'small' && nGenes === 2048 ? 4 : 16,
  words: `${preset}, ${nGenes} genes`,
});

const ofProcessor = SIZES.flatMap(([preset, nGenes, trainingBytes, training, inferenceBytes, inference]) => [
  plan(preset, nGenes, 'training', trainingBytes, training),
  plan(preset, nGenes, 'inference', inferenceBytes, inference),
]);

export const plans: MachinePlan[] = [
  ...ofProcessor,
  ...ofProcessor.map((one) => ({
    ...one,
    device: 'tfjs' as const,
    cellsPerMinute: one.cellsPerMinute && Math.ceil(one.cellsPerMinute / 15),
  })),
];

export function machine(isChecked: boolean): MachineReport {
  const cpu = 'the processor of this computer';
  const card = 'the graphics card, through WebGPU (any maker)';
  return {
    cpu: 'Example CPU at 2.6 GHz',
    nCores: 8,
    memoryBytes: 16e9,
    freeMemoryBytes: 9.1e9,
    plans: isChecked ? plans : [],
    checkedAt: isChecked ? '2026-03-02T09:02:00.000Z' : null,
    devices: isChecked
      ? [
          {
            ...NOT_CHECKED,
            name: 'cpu',
            usable: true,
            error: 2e-7,
            memoryBytes: 16e9,
            verdict: `${cpu}: ready, about 140 billion operations a second`,
          },
          {
            ...NOT_CHECKED,
            name: 'webgpu',
            usable: false,
            verdict: `${card}: no graphics card with a driver was found`,
            advice: 'Nothing needs to be done: the processor computes everything, only slower.',
          },
          {
            ...NOT_CHECKED,
            name: 'tfjs',
            usable: true,
            error: 3e-7,
            verdict: 'TensorFlow.js: ready, about 9 billion operations a second',
          },
        ]
      : [
          { ...NOT_CHECKED, name: 'cpu', usable: false, verdict: `${cpu}: not checked yet` },
          { ...NOT_CHECKED, name: 'webgpu', usable: false, verdict: `${card}: not checked yet` },
        ],
  };
}

export const selftestReport = (passed: boolean): SelftestReport => ({
  passed,
  device: 'cpu',
  engine: 'ONNX Runtime 1.30 on the processor',
  fixture: 'built-in',
  groups: [
    {
      group: 'forward',
      nTensors: 12,
      worst: 'cls',
      largestError: passed ? 3.1e-7 : 0.2,
      measure: 'absolute',
      tolerance: 1e-4,
      passed,
      problems: passed ? [] : ['cls: 0.2 is more than 0.0001'],
    },
    {
      group: 'gradients',
      nTensors: 61,
      worst: 'bias',
      largestError: 0,
      measure: 'relative',
      tolerance: 1e-3,
      passed: true,
      problems: [],
    },
  ],
  notChecked: ['classifier'],
  seconds: 4.21,
  failure: passed ? null : { code: 'numeric', message: 'forward: it differs; reinstall the workbench.' },
});
