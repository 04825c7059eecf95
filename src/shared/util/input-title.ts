const ENDING = /\.(h5ad|h5|hdf5|loom|zarr|csv|tsv|txt|xlsx|rds|mtx|zip|tar|tgz)(\.(gz|bz2))?$/i;

/** What files and folders are called together: the first without its ending, and how many there are more. */
export function inputTitle([first, ...others]: readonly string[]): string {
  const name = first.split(/[\\/]/).filter(Boolean).at(-1) ?? first;
  return name.replace(ENDING, '') + (others.length > 0 ? ` and ${others.length} more` : '');
}
