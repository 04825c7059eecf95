import { AnnData, isAnnData } from '../anndata/anndata.ts';
import { geneObject, otherObjectsWarning } from '../anndata/multimodal.ts';
import { SubTree } from '../anndata/sub-tree.ts';
import { H5File } from '../hdf5/file.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import type { Reader } from '../reader.ts';

/** AnnData in an HDF5 file, or the genes of MuData. */
export const h5adReader: Reader = {
  format: 'h5ad',
  async sniff(place) {
    if (!(await isHdf5(place))) return false;
    const file = await H5File.open(place);
    try {
      return isAnnData(file);
    } finally {
      file.close();
    }
  },
  async open(place) {
    const file = await H5File.open(place);
    try {
      const objects = file.keys('mod').filter((name) => file.kind(`mod/${name}`) === 'group');
      if (objects.length === 0) return new AnnData(file, 'h5ad');
      const chosen = geneObject(file.name, objects);
      const data = new AnnData(new SubTree(file, `mod/${chosen}`), 'h5ad');
      data.warn(otherObjectsWarning(chosen, objects));
      return data;
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  },
};
