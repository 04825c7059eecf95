import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { AnnData, isAnnData } from '../anndata/anndata.ts';
import { geneObject, otherObjectsWarning } from '../anndata/multimodal.ts';
import type { Place } from '../place.ts';
import type { Reader } from '../reader.ts';
import { isZarrFolder } from './nodes.ts';
import { ZarrTree } from './zarr-tree.ts';

/** AnnData in a zarr store of version 2 or 3, the table of a SpatialData store, or the genes of MuData. */
export const zarrReader: Reader = {
  format: 'zarr',
  sniff: isZarrFolder,
  async open(place) {
    const objects = await objectsIn(place);
    const names = objects.map(({ name }) => name);
    const chosen = names.length > 0 ? geneObject(place.name, names) : null;
    const store = objects.find(({ name }) => name === chosen) ?? place;
    const tree = await ZarrTree.open(store, place.name);
    if (!isAnnData(tree)) throw await notAnnData(place);
    await tree.loadAnnotations();
    const data = new AnnData(tree, 'zarr');
    if (chosen !== null) data.warn(otherObjectsWarning(chosen, names));
    return data;
  },
};

/** Stores within a store: what MuData keeps in `mod`, SpatialData in `tables`, older ones in `table`. */
async function objectsIn(place: Place): Promise<Place[]> {
  for (const name of ['mod', 'tables', 'table']) {
    const folder = await place.child(name);
    if (folder?.kind !== 'folder') continue;
    const stores: Place[] = [];
    for (const child of await folder.children()) if (await isZarrFolder(child)) stores.push(child);
    if (stores.length > 0) return stores;
  }
  return [];
}

async function notAnnData(place: Place): Promise<WorkbenchError> {
  const folders = (await place.children()).filter(({ kind }) => kind === 'folder').map(({ name }) => name);
  return new WorkbenchError(
    'data-format',
    `${place.name}: this zarr store holds ${folders.slice(0, 10).join(', ') || 'no group'}, obs and var of an AnnData object are expected; choose the folder of the table, or save the AnnData object with write_zarr.`,
  );
}
