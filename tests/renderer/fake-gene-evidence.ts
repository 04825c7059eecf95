import type { GeneEvidence } from '#shared/domain/gene-evidence.ts';

const PUBMED = ['10993896', '12456641'];

/** Made-up evidence: Pdx1 has published targets and a cocktail, every sixth gene no record of any kind. */
export function fakeEvidence(symbol: string, index: number, share: number): GeneEvidence {
  const nTowards = Math.round(24 * share);
  const isFamous = ['Pdx1', 'Neurog3', 'Mafa'].includes(symbol);
  return {
    classes: [
      'transcription-factor',
      ...(/^(Pdx|Nkx|Pax|Hox|Isl|Cdx|Onecut|Hnf)/.test(symbol) ? (['homeobox'] as const) : []),
      ...(/^Neuro/.test(symbol) ? (['bhlh'] as const) : []),
      ...(/^(Zfp|Klf|Insm|Myt)/.test(symbol) ? (['zinc-finger'] as const) : []),
    ],
    family: null,
    nTowards,
    nAway: 24 - nTowards,
    nUnmoved: 0,
    regulon: isFamous
      ? {
          nKnown: 34,
          nMeasured: 14,
          nSigned: 11,
          nConsistent: 10,
          expected: 5.4,
          pValue: 0.0041,
          fdr: 0.021,
          activity: 'higher',
          targets: [
            { symbol: 'Ins1', mode: 'activates', log2FoldChange: 6.2, isMarker: true, pubmed: PUBMED },
            { symbol: 'Iapp', mode: 'activates', log2FoldChange: 5.1, isMarker: true, pubmed: PUBMED.slice(1) },
            { symbol: 'Gcg', mode: 'represses', log2FoldChange: 2.2, isMarker: false, pubmed: PUBMED },
            { symbol: 'Sox9', mode: 'unknown', log2FoldChange: -1.7, isMarker: false, pubmed: PUBMED },
          ],
        }
      : null,
    ortholog: index % 6 === 0 ? { kind: 'none', symbol: null } : { kind: 'one-to-one', symbol: symbol.toUpperCase() },
    cocktails: isFamous
      ? [
          {
            id: 'zhou-2008',
            cellType: 'type B pancreatic cell',
            cellTypeId: 'CL:0000169',
            start: 'pancreatic exocrine cell',
            species: 'mouse',
            raised: ['NEUROG3', 'PDX1', 'MAFA'],
            takenAway: [],
            action: 'raised',
            doi: '10.1038/nature07314',
            ledTo: 'goal',
          },
        ]
      : [],
    novelty: isFamous ? 'cocktail' : 'unrecorded',
    dosage: isFamous ? { isHaploinsufficient: true, asOf: '2026-04-25' } : { isHaploinsufficient: false, asOf: null },
    druggableFamilies: index % 5 === 0 ? ['nuclear-receptor'] : [],
  };
}
