import { oneLine } from './one-line.ts';

const ENDING = /\.(h5ad|h5|hdf5|loom|zarr|csv|tsv|txt|xlsx|rds|mtx|zip|tar|tgz)(\.(gz|bz2))?$/i;
const MOST_LETTERS = 80;

/** What files and folders are called together: the first without its ending, and how many there are more. */
export function inputTitle([first, ...others]: readonly string[]): string {
  const name = oneLine(first.split(/[\\/]/).filter(Boolean).at(-1) ?? first);
  const letters = Array.from(oneLine(name.replace(ENDING, '')) || name || 'Cells');
  const short = letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join('')}…` : letters.join('');
  return short + (others.length > 0 ? ` and ${others.length} more` : '');
}
