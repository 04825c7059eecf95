import type { FileInspection } from '#shared/domain/dataset.ts';

const TABLES = ['delimited', 'xlsx'];
const SEVERAL_MATRICES = 1;

/** Fields that mean something for what was found; the rest would only be in the way. */
export function fitsWhatWasFound(
  field: string,
  found: FileInspection | null,
  values: Readonly<Record<string, unknown>>,
): boolean {
  const formats = found?.samples.map(({ format }) => format as string) ?? [];
  switch (field) {
    case 'genes':
      return (found?.samples.length ?? 0) > 1;
    case 'matrix':
      return (found?.matrices.length ?? 0) > SEVERAL_MATRICES;
    case 'orientation':
      return formats.some((format) => TABLES.includes(format));
    case 'sheet':
      return formats.includes('xlsx');
    case 'genome':
      return formats.includes('10x-h5') || formats.includes('10x-mtx');
    case 'speciesColumn':
      return values.species === 'both' || found?.mixture?.by === 'column';
    case 'speciesShare':
      return values.species === 'both' && values.speciesColumn === undefined;
    default:
      return true;
  }
}
