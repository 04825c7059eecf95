import { describe, expect, it } from 'vitest';
import type { PrivacyReason } from '#shared/domain/annotation.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { canGroup, suggestedRoles } from '#shared/domain/suggested-roles.ts';

const column = (
  name: string,
  nDistinct = 4,
  kind: ObsColumnInfo['kind'] = 'categorical',
  privacyReason?: PrivacyReason,
) => ({
  name,
  nDistinct,
  kind,
  ...(kind === 'number' ? { isWhole: true as const } : {}),
  ...(privacyReason ? { privacyReason } : {}),
});
const none = { label: null, donor: null, sample: null, batch: null, condition: null };

describe('what annotations seem to be used for', () => {
  it('is told from names and fill, the first of a file winning', () => {
    const columns = ['orig.ident', 'donor', 'batch', 'stim', 'cell_type', 'seurat_clusters'].map((name) =>
      column(name),
    );
    expect(suggestedRoles(columns)).toEqual({
      label: 'cell_type',
      donor: 'donor',
      sample: 'orig.ident',
      batch: 'batch',
      condition: 'stim',
    });
  });

  it.each<[string, ReturnType<typeof column>[], object]>([
    [
      'what is said of donors names none',
      [column('donor_age'), column('patient.sex'), column('PatientID')],
      { donor: 'PatientID' },
    ],
    ['a sample stands for its donor where nothing else does', [column('sample_id')], { donor: 'sample_id' }],
    ['a donor comes before an animal', [column('embryo'), column('subject')], { donor: 'subject' }],
    ['a score of a cluster is no cluster', [column('cluster_score', 150, 'number')], {}],
    ['whole numbers may be clusters', [column('leiden', 12, 'number')], { label: 'leiden' }],
    ['numbers of everything are not', [column('cluster_distance', 900, 'number')], {}],
    ['text names cells', [column('cell_type', 50, 'text')], {}],
    ['one value is no group', [column('donor', 1), column('condition', 1)], {}],
    ['dates are no donors', [column('patient_seen', 4, 'categorical', 'date')], {}],
    ['people may be donors', [column('patient', 4, 'categorical', 'person')], { donor: 'patient' }],
    ['nothing at all', [], {}],
  ])('%s', (_what, columns, expected) => {
    expect(suggestedRoles(columns)).toEqual({ ...none, ...expected });
  });

  it('of several files takes their own column for samples, and for donors where nothing else names them', () => {
    expect(suggestedRoles([column('sample', 3), column('library', 2)], 'sample')).toEqual({
      ...none,
      donor: 'sample',
      sample: 'sample',
    });
    expect(suggestedRoles([column('sample', 3), column('mouse_id', 2)], 'sample')).toMatchObject({
      donor: 'mouse_id',
      sample: 'sample',
    });
  });

  it('needs groups', () => {
    expect([column('a'), column('b', 2, 'boolean'), column('c', 200, 'number')].every(canGroup)).toBe(true);
    expect([column('a', 9, 'text'), column('b', 201, 'number')].some(canGroup)).toBe(false);
    expect(canGroup({ kind: 'number', nDistinct: 3 })).toBe(false);
  });
});
