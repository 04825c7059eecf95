import { describe, expect, it } from 'vitest';
import type { PrivacyReason } from '#shared/domain/annotation.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { heldBack } from '#singlecell/io/import-obs.ts';

const column = (name: string, privacy: ObsColumnInfo['privacy'], privacyReason?: PrivacyReason): ObsColumnInfo => ({
  name,
  kind: 'categorical',
  nDistinct: 2,
  nMissing: 0,
  looksPersonal: false,
  privacy,
  ...(privacyReason ? { privacyReason } : {}),
});

describe('what an import says of annotations that are held back', () => {
  it('names them with the reason and how to open them', () => {
    const columns = [
      column('cell_type', 'open'),
      column('donor', 'limited', 'names-donors'),
      column('notes', 'restricted', 'free-text'),
      column('barcode', 'restricted', 'differs-per-cell'),
    ];
    expect(heldBack(columns)).toBe(
      'Held back, told nowhere: notes (free text), barcode (differs from cell to cell); told as numbers: donor (names donors or samples). If nobody can be known by a column, open it with --column-privacy "notes=open" here, or later with gcw dataset set-columns.',
    );
    expect(heldBack(columns.slice(0, 2))).toMatch(/^Held back, told as numbers: donor .*"donor=open"/);
  });

  it('says nothing where all are open', () => {
    expect(heldBack([column('cell_type', 'open')])).toBeNull();
    expect(heldBack([])).toBeNull();
  });

  it('stays short and printable, whatever columns are called', () => {
    const names = ['a\u001B[2Jb', 'x'.repeat(5000), ...Array.from({ length: 40 }, (_, i) => `n${i}`)];
    const told = heldBack(names.map((name) => column(name, 'restricted', 'free-text')))!;
    expect(told.length).toBeLessThan(600);
    expect(told).not.toContain('\u001B');
    expect(told).toContain('and 30 more');
    expect(told).toContain('"COLUMN=open"');
  });
});
