import type { MachineReport } from '#shared/contract/host.ts';

const NOT_CHECKED = { error: null, speed: null, calibration: null, memoryBytes: null, advice: null };

export function machine(isChecked: boolean): MachineReport {
  const cpu = 'the processor of this computer';
  const card = 'the graphics card, through WebGPU (any maker)';
  return {
    cpu: 'Example CPU at 2.6 GHz',
    nCores: 8,
    memoryBytes: 16e9,
    freeMemoryBytes: 9.1e9,
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
    plans: isChecked ? plans() : [],
  };
}

function plans(): MachineReport['plans'] {
  const plan = (preset: 'demo' | 'base', mode: 'inference' | 'training', batchSize: number, rate: number | null) => ({
    device: 'cpu' as const,
    preset,
    nGenes: preset === 'demo' ? 256 : 2048,
    mode,
    fits: batchSize > 0,
    batchSize,
    bytes: preset === 'demo' ? 3e8 : 21e9,
    cellsPerMinute: rate,
    words: 'in words',
  });
  return [
    plan('demo', 'inference', 4, 93_000),
    plan('demo', 'training', 16, 4600),
    plan('base', 'inference', 1, 12),
    plan('base', 'training', 0, null),
  ];
}
