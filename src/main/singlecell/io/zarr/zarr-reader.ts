import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { AnnData, isAnnData } from '../anndata/anndata.ts';
import type { Reader } from '../reader.ts';
import { isZarrFolder } from './nodes.ts';
import { ZarrTree } from './zarr-tree.ts';

/** AnnData in a zarr store of version 2 or 3: a folder, also within an archive. */
export const zarrReader: Reader = {
  format: 'zarr',
  sniff: isZarrFolder,
  async open(place) {
    const tree = await ZarrTree.open(place);
    if (!isAnnData(tree)) {
      const folders = (await place.children()).filter(({ kind }) => kind === 'folder').map(({ name }) => name);
      throw new WorkbenchError(
        'data-format',
        `${place.name}: this zarr store holds ${folders.slice(0, 10).join(', ') || 'no group'}, obs and var of an AnnData object are expected; choose the folder of the table, or save the AnnData object with write_zarr.`,
      );
    }
    await tree.loadAnnotations();
    return new AnnData(tree, 'zarr');
  },
};
