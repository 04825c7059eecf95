import type { GroupEffect } from '#shared/domain/group-effect.ts';
import type { ReportInput } from '#ranking/report/content.ts';
import { makeRanking } from '../make-ranking.ts';

const phase = (name: string): GroupEffect => ({
  kind: 'subgroup',
  name,
  nCells: 6,
  test: 'cells',
  nTold: 5,
  effect: 0.0123,
  low: 0.004,
  high: 0.02,
  comparison: { test: 'cells', difference: -0.0321, low: -0.05, high: -0.01, pValue: 0.002, fdr: 0.034 },
});

/** A ranking with everything its report says of it. */
export async function makeReportInput(change: Partial<ReportInput> = {}): Promise<ReportInput> {
  const { genes, report } = await makeRanking({ knownRegulators: ['GENE0'] });
  const differ = { kind: 'subgroup', nCells: 6, test: 'cells', nCompared: genes.length, nDiffer: 2 } as const;
  return {
    genes,
    report: { ...report, groups: ['G1', 'S'].map((name) => ({ ...differ, name })) },
    groupsOf: () => ['G1', 'S'].map(phase),
    screen: { readOut: 'embedding-shift', dosePercentile: 0.9, nCells: 12, replicateUnit: 'cell', nReplicates: 12 },
    provenance: {
      chain: [
        { id: 'a'.repeat(64), kind: 'dataset', title: 'Blood' },
        { id: 'b'.repeat(64), kind: 'ranking', title: 'progenitor → monocyte' },
      ],
      methods: 'Cells were counted.',
      references: ['Yang X, et al. Cell Res 2024'],
      commands: ['gcw ranking run --project PROJECT'],
      versions: ['GeneCompass Workbench 0.1.0', 'ONNX Runtime 1.30.0'],
    },
    credits: ['10x Genomics, CC BY 4.0'],
    version: '0.1.0',
    ...change,
  };
}

/** The same with every name replaced. */
export function renamed(input: ReportInput, name: string): ReportInput {
  return {
    ...input,
    report: {
      ...input.report,
      goal: name,
      start: name,
      leaderReason: name,
      warnings: [name],
      groups: input.report.groups.map((group) => ({ ...group, name })),
    },
    groupsOf: (geneId) => (input.groupsOf?.(geneId) ?? []).map((one) => ({ ...one, name })),
    genes: input.genes.map((gene) => ({ ...gene, symbol: name, geneId: name })),
    provenance: {
      chain: [{ id: name, kind: name, title: name }],
      methods: name,
      references: [name],
      commands: [name],
      versions: [name],
    },
    credits: [name],
    version: name,
  };
}
