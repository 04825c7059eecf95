import { MODALITY_NAMES, type PlateConfig } from '../domain/plate.ts';
import type { Sheet } from '../domain/sheet.ts';
import type { PlatePlan, Well } from './plan-plates.ts';

/** What a gene is ordered by. */
export interface OrderedGene {
  symbol: string;
  geneId: string;
  /** Null where the shipped tables have none. */
  entrez: string | null;
  species: string;
  /** Place in the ranking; null for a positive control that is not in it. */
  rank: number | null;
  role: 'candidate' | 'positive control';
}

/** Guides or constructs of one gene where nothing else is asked for. */
export function reagentsPerGene({ reagentsPerGene: asked, modality }: PlateConfig): number {
  return asked ?? (modality === 'orf' ? 1 : 3);
}

/** What has to be ordered. Catalogue numbers and sequences are the supplier's to give, so their columns are empty. */
export function orderSheet(genes: readonly OrderedGene[], plan: PlatePlan, config: PlateConfig): Sheet {
  const wellsOf = (kind: Well['kind'], content: string) =>
    plan.plates.flat().filter((well) => well.kind === kind && well.content === content).length;
  const negative = plan.plates.flat().find(({ kind }) => kind === 'negative');
  const reagents = reagentsPerGene(config);
  const unit = config.modality === 'orf' ? 'constructs' : 'guides';
  return {
    name: 'Order',
    columns: [
      { title: 'gene', kind: 'text' },
      { title: 'ensembl_id', kind: 'text' },
      { title: 'entrez_id', kind: 'text' },
      { title: 'species', kind: 'text' },
      { title: 'role', kind: 'text' },
      { title: 'rank', kind: 'integer' },
      { title: 'modality', kind: 'text' },
      { title: unit, kind: 'integer' },
      { title: 'wells', kind: 'integer' },
      { title: 'supplier', kind: 'text', width: 16 },
      { title: 'catalogue_number', kind: 'text', width: 18 },
    ],
    rows: [
      ...genes.map(({ symbol, geneId, entrez, species, role, rank }) => [
        symbol,
        geneId,
        entrez,
        species,
        role,
        rank,
        MODALITY_NAMES[config.modality],
        reagents,
        wellsOf(role === 'candidate' ? 'gene' : 'positive', symbol),
        null,
        null,
      ]),
      ...(negative
        ? [
            [
              negative.content,
              null,
              null,
              null,
              'negative control',
              null,
              MODALITY_NAMES[config.modality],
              1,
              wellsOf('negative', negative.content),
              null,
              null,
            ],
          ]
        : []),
    ],
  };
}

/** Every well with what it holds, one line each, plate by plate. */
export function wellSheet({ plates }: PlatePlan): Sheet {
  return {
    name: 'Wells',
    columns: [
      { title: 'plate', kind: 'integer' },
      { title: 'well', kind: 'text' },
      { title: 'row', kind: 'text' },
      { title: 'column', kind: 'integer' },
      { title: 'kind', kind: 'text' },
      { title: 'content', kind: 'text' },
      { title: 'ensembl_id', kind: 'text' },
      { title: 'replicate', kind: 'integer' },
    ],
    rows: plates.flatMap((wells, plate) =>
      wells.map(({ name, column, kind, content, geneId, replicate }) => [
        plate + 1,
        name,
        name[0],
        column + 1,
        kind,
        content,
        geneId,
        replicate,
      ]),
    ),
  };
}

/** A plate as it lies on the bench. */
export function gridSheets({ plates, rows, columns }: PlatePlan): Sheet[] {
  return plates.map((wells, plate) => ({
    name: `Plate ${plate + 1}`,
    columns: [
      { title: '', kind: 'text', width: 4 },
      ...Array.from({ length: columns }, (_, column) => ({ title: String(column + 1), kind: 'text' as const })),
    ],
    rows: Array.from({ length: rows }, (_, row) => [
      String.fromCharCode(65 + row),
      ...wells
        .slice(row * columns, (row + 1) * columns)
        .map(({ kind, content, replicate }) =>
          kind === 'gene'
            ? `${content} #${replicate}`
            : kind === 'positive'
              ? `${content} (+)`
              : kind === 'negative'
                ? `${content} (−)`
                : null,
        ),
    ]),
  }));
}
