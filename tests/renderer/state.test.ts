// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { toFailure } from '../../src/renderer/api/errors.ts';
import { folderOf, isOffered } from '../../src/renderer/files/file-purpose.ts';
import {
  formatBound,
  formatBytes,
  formatDuration,
  formatEffect,
  formatProbability,
} from '../../src/renderer/parts/format.ts';
import { nextStep, type ProjectCounts } from '../../src/renderer/state/next-step.ts';
import { passphraseStrength } from '../../src/renderer/state/passphrase.ts';
import { verdictOf } from '../../src/renderer/views/model/verdict.ts';
import { leadOf } from '../../src/renderer/views/ranking/lead.ts';
import { TABLE_COLUMNS } from '../../src/renderer/views/ranking/table-columns.ts';
import { filterGenes, noFilter, sortGenes, toTsv } from '../../src/renderer/views/ranking/table-rows.ts';
import { classifierReport, rankedGenes, ranking } from './fake-data.ts';

const nothing: ProjectCounts = { datasets: 0, tokens: 0, finetuned: 0, screens: 0, rankings: 0, activeJobs: [] };

describe('next step', () => {
  it.each([
    [nothing, { kind: 'wizard', wizard: 'import' }],
    [
      { ...nothing, activeJobs: ['import' as const] },
      { kind: 'wait', job: 'import' },
    ],
    [
      { ...nothing, datasets: 1 },
      { kind: 'wizard', wizard: 'prepare' },
    ],
    [
      { ...nothing, datasets: 1, tokens: 1, activeJobs: ['pretrain' as const] },
      { kind: 'wait', job: 'pretrain' },
    ],
    [
      { ...nothing, datasets: 1, tokens: 1, finetuned: 1 },
      { kind: 'wizard', wizard: 'screen' },
    ],
    [
      { ...nothing, datasets: 1, tokens: 1, finetuned: 1, screens: 1 },
      { kind: 'wizard', wizard: 'rank' },
    ],
    [
      { ...nothing, datasets: 1, tokens: 1, finetuned: 1, screens: 1, rankings: 2 },
      { kind: 'read', what: 'ranking' },
    ],
  ])('%#', (counts, expected) => {
    expect(nextStep(counts)).toEqual(expected);
  });

  it('ends with the model for those who came to name cells', () => {
    expect(nextStep({ ...nothing, datasets: 1, tokens: 1, finetuned: 1 }, 'cell-types')).toEqual({
      kind: 'read',
      what: 'model',
    });
  });
});

describe('ranked table', () => {
  it('filters by symbol, id, rate and knowledge', () => {
    const known = filterGenes(rankedGenes, { ...noFilter, onlyKnown: true, text: 'NKX' });
    expect(known.map((gene) => gene.symbol).sort()).toEqual(['Nkx2-2', 'Nkx6-1']);
    expect(filterGenes(rankedGenes, { ...noFilter, text: rankedGenes[7].geneId.toLowerCase() })).toEqual([
      rankedGenes[7],
    ]);
    const homeobox = filterGenes(rankedGenes, { ...noFilter, kind: 'homeobox' });
    expect(homeobox.length).toBeGreaterThan(3);
    expect(homeobox.every(({ evidence }) => evidence?.classes.includes('homeobox'))).toBe(true);
    expect(filterGenes([{ ...rankedGenes[0], evidence: null }], { ...noFilter, kind: 'kinase' })).toEqual([]);
    expect(filterGenes(rankedGenes, { ...noFilter, maxFdr: 0.05 }).every((gene) => gene.fdr <= 0.05)).toBe(true);
  });

  it('sorts both ways and keeps the rank among equals', () => {
    const tied = rankedGenes.slice(0, 6).map((gene) => ({ ...gene, fdr: 0.5 }));
    expect(sortGenes([...tied].reverse(), 'fdr', true)).toEqual(tied);
    const byTargets = sortGenes(rankedGenes, 'regulon', true);
    expect(byTargets.findIndex(({ evidence }) => evidence?.regulon === null)).toBe(3);
    const [first, second] = sortGenes(rankedGenes, 'effect', true);
    expect(first.effect).toBeGreaterThanOrEqual(second.effect);
  });

  it('copies every digit and every row', () => {
    const lines = toTsv(rankedGenes, TABLE_COLUMNS).split('\n');
    expect(lines).toHaveLength(rankedGenes.length + 1);
    const column = lines[0].split('\t').indexOf('effect');
    expect(Number(lines[1].split('\t')[column])).toBe(rankedGenes[0].effect);
  });
});

describe('who tells the states apart best', () => {
  it('names a baseline that wins', () => {
    const verdict = verdictOf(classifierReport);
    expect(verdict.key).toBe('baseline');
    expect(verdict.rival?.macroF1).toBe(Math.max(...classifierReport.baselines.map((one) => one.macroF1)));
  });

  it('calls a hair’s breadth a tie and has an answer without baselines', () => {
    const level = { ...classifierReport.baselines[0], macroF1: classifierReport.model.macroF1 + 0.005 };
    expect(verdictOf({ ...classifierReport, baselines: [level] }).key).toBe('tie');
    expect(verdictOf({ ...classifierReport, baselines: [] }).key).toBe('model');
  });
});

describe('first sentence of a ranking', () => {
  const report = (leader: RankingMethod, rows: [RankingMethod, number, number, number][]) => ({
    ...ranking.report,
    goalCellTypes: [],
    leader,
    recall: rows.map(([method, known, at10, at50]) => ({ method, known, at10, at20: at10, at50, byChance: null })),
    chance: [],
  });
  it.each([
    ['unmeasured', report('model', [['model', 0, 0, 0]])],
    [
      'level',
      report('fold-change', [
        ['model', 2, 2, 2],
        ['fold-change', 2, 2, 2],
        ['random', 2, 2, 2],
      ]),
    ],
    [
      'level',
      report('model', [
        ['model', 9, 0, 1],
        ['fold-change', 9, 0, 0],
        ['random', 9, 0, 1],
      ]),
    ],
    [
      'simple',
      report('fold-change', [
        ['model', 9, 1, 3],
        ['fold-change', 9, 2, 3],
        ['random', 9, 0, 1],
      ]),
    ],
    [
      'model',
      report('model', [
        ['model', 9, 1, 4],
        ['fold-change', 9, 2, 3],
        ['random', 9, 0, 1],
      ]),
    ],
  ] as const)('%s', (lead, given) => {
    expect(leadOf(given)).toBe(lead);
  });
});

describe('small things', () => {
  it('rates passphrases', () => {
    expect(passphraseStrength('password')).toBe('weak');
    expect(passphraseStrength('aaaaaaaaaaaaaaaaaaaa')).toBe('weak');
    expect(passphraseStrength('correct horse battery staple lamp')).toBe('strong');
  });

  it('writes numbers for people', () => {
    expect(formatBytes(1_536_000)).toBe('1.5 MB');
    expect(formatDuration(83_000)).toBe('1 min 23 s');
    expect(formatDuration(7_500_000)).toBe('2 h 5 min');
    expect(formatProbability(1.234e-7)).toBe('1.2e-7');
    expect(formatEffect(-0.0123)).toBe('−0.0123');
    expect([0, 0.0101, -0.01749, 12.3, 2.34e-5, -140].map(formatBound)).toEqual([
      '0',
      '0.010',
      '−0.017',
      '12',
      '2.3e−5',
      '−140',
    ]);
  });

  it('offers only what can be opened', () => {
    expect(isOffered('open-project', { name: 'a.gcwproj', kind: 'file' })).toBe(true);
    expect(isOffered('open-project', { name: 'a.h5ad', kind: 'file' })).toBe(false);
    expect(isOffered('import-data', { name: 'sub', kind: 'folder' })).toBe(true);
    expect(folderOf('/data/lab/a.gcwproj')).toBe('/data/lab');
  });

  it('names the fields a schema refused', () => {
    const refused = { code: 'BAD_REQUEST', message: 'x', data: { issues: [{ path: ['goals'], message: 'too few' }] } };
    expect(toFailure(refused)).toMatchObject({ code: 'invalid-input', message: 'goals: too few' });
    expect(toFailure(new Error('boom')).code).toBe('internal');
  });
});
