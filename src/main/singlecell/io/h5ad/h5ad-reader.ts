import { AnnData, isAnnData } from '../anndata/anndata.ts';
import { H5File } from '../hdf5/file.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import type { Reader } from '../reader.ts';

/** AnnData in an HDF5 file. */
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
      return new AnnData(file, 'h5ad');
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  },
};
