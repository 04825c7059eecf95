import { describe, expect, it } from 'vitest';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import type { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { planScreen, type PlanInput } from '#screen/plan.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet();
const plan = (config: Partial<ScreenConfig> = {}, input: Partial<PlanInput> = {}) =>
  planScreen({
    ...world,
    maxLength: 64,
    config: screenConfig(config),
    ...input,
  });
const failure = (run: () => unknown): WorkbenchError => {
  try {
    run();
  } catch (error) {
    return error as WorkbenchError;
  }
  throw new Error('nothing was thrown');
};

describe('plan of a screen', () => {
  it('takes transcription factors as candidates and other genes as null', () => {
    const { genes } = plan();
    expect(genes.filter((gene) => gene.isCandidate).every((gene) => gene.isTranscriptionFactor)).toBe(true);
    expect(genes.filter((gene) => gene.isNull)).toHaveLength(20);
    expect(genes.some((gene) => gene.isNull && gene.isTranscriptionFactor)).toBe(false);
    expect(genes.every((gene) => gene.dose > 0)).toBe(true);
  });

  it('draws start cells evenly over donors and makes donors the replicate', () => {
    const { cells, replicates, nReplicates, replicateUnit } = plan();
    expect(cells).toHaveLength(24);
    expect(replicateUnit).toBe('donor');
    expect(nReplicates).toBe(4);
    for (let donor = 0; donor < 4; donor++) expect(replicates.filter((unit) => unit === donor)).toHaveLength(6);
    expect(cells.every((cell) => cell % 3 === 0)).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: 1 }).cells).not.toEqual(plan().cells);
  });

  it('falls back to cells as the replicate, and says so', () => {
    const { replicateUnit, nReplicates, warnings } = plan({}, { donors: null });
    expect([replicateUnit, nReplicates]).toEqual(['cell', 24]);
    expect(warnings.join()).toMatch(/No donor column/);
    const pair = {
      ...world.donors,
      codes: world.donors.kind === 'categorical' ? world.donors.codes.map((c) => c % 2) : [],
    };
    expect(plan({}, { donors: pair as typeof world.donors }).warnings.join()).toMatch(/come from 2 donors/);
  });

  it('takes all start cells where fewer are there than asked for', () => {
    const { cells, warnings } = plan({ nCells: 100 });
    expect(cells).toHaveLength(40);
    expect(warnings.join()).toMatch(/Only 40 start cells/);
  });

  it('brings mask along with remove', () => {
    expect(plan({ operators: ['remove'] }).operators).toEqual(['remove', 'mask']);
  });

  it('finds a gene list by symbol, id and alias, whatever the case; says why others are not ranked', () => {
    const resolve = (name: string) => (name === 'OLD5' ? world.genes[5].id : null);
    const { genes, notRanked } = plan({ genes: ['gene3', world.genes[4].id, 'OLD5', 'NOSUCH', ' '] }, { resolve });
    expect(genes.filter((gene) => gene.isCandidate).map((gene) => gene.symbol)).toEqual(['GENE3', 'GENE4', 'GENE5']);
    expect(notRanked).toEqual([{ gene: 'NOSUCH', reason: expect.stringContaining('not measured') }]);
  });

  it('gates genes that are hardly seen, with their numbers', () => {
    const { notRanked } = plan({ genes: ['GENE3', 'GENE4'], minDetections: 30 });
    const gated = notRanked.map(({ gene }) => gene);
    for (const { reason } of notRanked) expect(reason).toMatch(/expressed by \d+ cells, the detection gate is 30/);
    expect(gated.length).toBeLessThan(2);
  });

  it('lets all genes be candidates and draws the null among them', () => {
    const { genes, warnings } = plan({ genes: 'all' });
    expect(genes.every((gene) => gene.isCandidate)).toBe(true);
    expect(genes.filter((gene) => gene.isNull)).toHaveLength(20);
    expect(warnings.join()).toMatch(/Every gene is a candidate/);
  });

  it('writes a mouse gene with the human token of its homolog', () => {
    const vocabulary = {
      ...world.vocabulary,
      tokens: [...world.vocabulary.tokens, 'ENSMUSG00000000001'],
      homologs: new Map([[world.vocabulary.tokens.length, 5]]),
    };
    const genes = [{ id: 'ENSMUSG00000000001', symbol: 'Mouse', isTranscriptionFactor: true }];
    const planned = plan({}, { vocabulary, genes, detections: [50] }).genes;
    expect(planned).toMatchObject([{ tokenId: 5, geneId: 'ENSMUSG00000000001', symbol: 'Mouse' }]);
  });
});

describe('what a plan refuses', () => {
  it('a start or goal without cells, naming the labels there are', () => {
    const start = failure(() => plan({ start: 'stem' }));
    expect(start.code).toBe('not-found');
    expect(start.message).toBe(
      'start state "stem": no prepared cell of column "cell_type" carries this label; choose one of: b-cell, monocyte, progenitor.',
    );
    expect(failure(() => plan({ goals: ['monocyte', 'stem'] })).message).toMatch(/^goal state "stem"/);
  });

  it('a label that is in the data but on no prepared cell', () => {
    const keep = Array.from({ length: 120 }, (_, i) => i).filter((cell) => cell % 3 !== 1);
    const tokens = { ...world.tokens, cellIndex: Int32Array.from({ length: 120 }, (_, i) => keep[i % keep.length]) };
    expect(failure(() => plan({}, { tokens })).message).toMatch(/goal state "monocyte": no prepared cell/);
  });

  it('a goal that is the start', () => {
    expect(failure(() => plan({ goals: ['progenitor'] })).code).toBe('invalid-input');
  });

  it('a gene that no cell expresses, with the reason', () => {
    const detections = [...world.detections, 0];
    const genes = [...world.genes, { id: 'ENSG00000999999', symbol: 'SILENT', isTranscriptionFactor: true }];
    const vocabulary = { ...world.vocabulary, tokens: [...world.vocabulary.tokens, 'ENSG00000999999'] };
    const error = failure(() => plan({ genes: ['SILENT'] }, { genes, detections, vocabulary }));
    expect(error.code).toBe('not-found');
    expect(error.message).toMatch(/SILENT: no cell expresses it/);
    const both = plan({ genes: ['SILENT', 'GENE3'] }, { genes, detections, vocabulary });
    expect(both.notRanked).toEqual([{ gene: 'SILENT', reason: 'no cell expresses it' }]);
    const hidden = plan({ genes: ['SILENT', 'GENE3'] }, { genes, detections: [...world.detections, 40], vocabulary });
    expect(hidden.notRanked[0].reason).toMatch(/never among the genes the model reads/);
  });

  it('tokens of another vocabulary', () => {
    expect(failure(() => plan({}, { vocabulary: { ...world.vocabulary, hash: 'other' } })).code).toBe('conflict');
  });

  it('a dataset without any flagged transcription factor', () => {
    const genes = world.genes.map((gene) => ({ ...gene, isTranscriptionFactor: false }));
    expect(failure(() => plan({}, { genes })).message).toMatch(/none is flagged/);
  });
});
