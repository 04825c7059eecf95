import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { homologsUnder, orthologCoverage } from '#singlecell/genes/ortholog-policy.ts';
import { Orthologs } from '#singlecell/genes/orthologs.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';

const human = (n: number) => `ENSG${String(n).padStart(11, '0')}`;
const mouse = (n: number) => `ENSMUSG${String(n).padStart(11, '0')}`;
const gene = (n: number, symbol = `M${n}`) => ({ id: mouse(n), symbol });

/** 1–1 and 9–9 are pairs; 2 has two human homologs, 3 and 4 share one, 5 is a copy of 9, 6 has none. */
const orthologs = new Orthologs(
  [
    [human(1), mouse(1)],
    [human(9), mouse(9)],
  ],
  [
    [human(20), mouse(2)],
    [human(21), mouse(2)],
    [human(30), mouse(3)],
    [human(30), mouse(4)],
    [human(9), mouse(5)],
  ],
);
const SYMBOLS: Record<string, string> = { [human(20)]: 'OTHER', [human(21)]: 'TWO', [human(30)]: 'THREE' };
const resolver = {
  orthologs,
  byId: (id: string) => (SYMBOLS[id] ? { id, symbol: SYMBOLS[id] } : null),
};
const genes = [gene(1), gene(2, 'Two'), gene(3), gene(4), gene(5), gene(6), gene(9)];
const detections = [5, 8, 4, 7, 9, 6, 3];
const counts = [10, 20, 30, 40, 50, 60, 70];
const added = (policy: Parameters<typeof homologsUnder>[0], seen: number[] = detections, min = 1) =>
  [...homologsUnder(policy, resolver, genes, seen, min)].filter(([id]) => orthologs.human(id) === undefined);

describe('mouse genes written as human ones', () => {
  it('are the published pairs, all of them or none', () => {
    expect(homologsUnder('one-to-one', resolver, genes, detections, 1)).toBe(orthologs.homologs());
    expect(homologsUnder('none', resolver, genes, detections, 1).size).toBe(0);
    expect(homologsUnder('one-to-many', resolver, genes, detections, 1).get(mouse(1))).toBe(human(1));
  });

  it('one-to-many adds the pair with the same symbol, then the gene seen in most cells', () => {
    // 2 is TWO (21) though 20 is the lower id; of 3 and 4 the one seen in 7 cells; 5 stays out, 9 has the token of 9.
    expect(added('one-to-many')).toEqual([
      [mouse(2), human(21)],
      [mouse(4), human(30)],
    ]);
  });

  it('the lowest id decides where as many cells show both, and rare genes take no part', () => {
    expect(added('one-to-many', [5, 8, 7, 7, 9, 6, 3])).toContainEqual([mouse(3), human(30)]);
    expect(added('one-to-many', [5, 8, 7, 2, 9, 6, 3], 5)).toEqual([
      [mouse(2), human(21)],
      [mouse(3), human(30)],
    ]);
  });

  it('no gene is in two pairs, whatever the order of genes', () => {
    const reversed = homologsUnder('one-to-many', resolver, [...genes].reverse(), [...detections].reverse(), 1);
    const forward = homologsUnder('one-to-many', resolver, genes, detections, 1);
    expect([...reversed].sort()).toEqual([...forward].sort());
    expect(new Set(forward.values()).size).toBe(forward.size);
  });

  it('counts genes and counts of each way', () => {
    expect(orthologCoverage(resolver, genes, detections, counts, 4)).toEqual([
      { policy: 'one-to-one', shared: 1, sharedCounts: 10, own: 5, ownCounts: 200, nCounts: 280 },
      { policy: 'one-to-many', shared: 3, sharedCounts: 70, own: 3, ownCounts: 140, nCounts: 280 },
      { policy: 'none', shared: 0, sharedCounts: 0, own: 6, ownCounts: 210, nCounts: 280 },
    ]);
  });
});

describe('with the shipped tables', () => {
  let shipped: GeneResolver;
  beforeAll(async () => {
    shipped = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
  });

  it('families add pairs, one gene each', () => {
    const names = ['Gstt1', 'Gstt2', 'Gstt3', 'Amy1', 'Amy2b', 'Klk1', 'Gata1', 'Cyp2d22', 'Cyp2d10', 'H2-K1'];
    const found = shipped.resolveAll(names, 'mouse').flatMap((one) => (one.status === 'matched' ? [one.gene] : []));
    expect(found).toHaveLength(names.length);
    const homologs = homologsUnder('one-to-many', shipped, found, new Array<number>(found.length).fill(5), 1);
    const written = found.flatMap(({ id, symbol }) => {
      const other = homologs.get(id);
      return other ? [`${symbol} ${shipped.byId(other, 'human')!.symbol}`] : [];
    });
    // Gata1 is a pair; Gstt1, Gstt2 and Klk1 go by their symbol; of two genes seen alike the lower id is written.
    expect(written).toEqual([
      'Gstt1 GSTT1',
      'Gstt2 GSTT2',
      'Amy1 AMY1B',
      'Klk1 KLK1',
      'Gata1 GATA1',
      'Cyp2d22 CYP2D6',
      'Cyp2d10 CYP2D7',
      'H2-K1 HLA-C',
    ]);
    expect(new Set(homologs.values()).size).toBe(homologs.size);
  });
});
