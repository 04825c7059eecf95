import type { FileInspection } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { onlyInside } from './archive/find-inside.ts';
import { unwrap } from './archive/unwrap.ts';
import { delimitedReader } from './delimited/delimited-reader.ts';
import { h5adReader } from './h5ad/h5ad-reader.ts';
import { H5File } from './hdf5/file.ts';
import { probeHdf5 } from './hdf5/probe.ts';
import { isHdf5 } from './hdf5/signature.ts';
import { isTokenFolder } from './hf-arrow/layout.ts';
import { inspectionOf, lookAt } from './inspect.ts';
import { loomReader } from './loom/loom-reader.ts';
import { diskPlace, type Place } from './place.ts';
import { foreignRFile } from './rds/foreign.ts';
import { rdsReader } from './rds/rds-reader.ts';
import type { OpenDataset, OpenOptions, Reader } from './reader.ts';
import { tenxH5Reader } from './tenx-h5/tenx-h5-reader.ts';
import { tenxMtxReader } from './tenx-mtx/tenx-mtx-reader.ts';
import { xlsxReader } from './xlsx/xlsx-reader.ts';
import { zarrReader } from './zarr/zarr-reader.ts';

/** Asked in this order; a new format is a line here. */
const READERS: readonly Reader[] = [
  h5adReader,
  tenxH5Reader,
  loomReader,
  zarrReader,
  tenxMtxReader,
  rdsReader,
  delimitedReader,
  xlsxReader,
];
const EXPECTED =
  'AnnData (.h5ad or zarr), 10x (HDF5 or a folder with matrix, features and barcodes), loom, a table (CSV, TSV, Excel) or an archive of these is expected';
/** What is called so is HDF5 where it is whole. */
const HDF5_NAME = /\.(h5|hdf5|h5ad|loom)$/i;

/** Opens a file or folder with the reader that recognises its content. Throws not-found, data-format, unsupported. */
export async function openFile(path: string, options: OpenOptions = {}): Promise<OpenDataset> {
  return openPlace(await diskPlace(path), options);
}

/** As `openFile`, for what may lie in an archive. */
export async function openPlace(place: Place, options: OpenOptions = {}): Promise<OpenDataset> {
  const reader = await findReader(place);
  if (reader) return await reader.open(place, options);
  const inside = await unwrap(place);
  if (inside !== place) {
    const found = await onlyInside(inside, findReader);
    return await found.reader.open(found.place, options);
  }
  throw await notRecognised(place);
}

/** The reader that recognises the content of a place; null for none. Throws data-format for a damaged HDF5 file. */
export async function findReader(place: Place): Promise<Reader | null> {
  if (await isHdf5(place)) await probeHdf5(place);
  for (const reader of READERS) if (await reader.sniff(place)) return reader;
  return null;
}

/** Says what one file holds, before it is imported. */
export async function inspectFile(path: string, options: OpenOptions = {}): Promise<FileInspection> {
  const file = await openFile(path, options);
  try {
    return inspectionOf(await lookAt(file), path, file.name);
  } finally {
    file.close();
  }
}

async function notRecognised(place: Place): Promise<WorkbenchError> {
  const { name } = place;
  const foreign = foreignRFile(name);
  if (foreign) return foreign;
  if (await isTokenFolder(place)) {
    return new WorkbenchError(
      'unsupported',
      `${name}: it holds prepared cells (token lists) and no counts; import it with gcw tokens import.`,
    );
  }
  if (place.kind === 'folder') {
    return new WorkbenchError(
      'data-format',
      `${name}: this folder has no matrix.mtx (or matrix.mtx.gz), ${EXPECTED}; choose the folder that holds the matrix.`,
    );
  }
  if (place.sizeBytes === 0) {
    return new WorkbenchError('data-format', `${name}: the file is empty; copy it again from where it came from.`);
  }
  if (!(await isHdf5(place))) {
    return new WorkbenchError(
      'data-format',
      `${name}: ${HDF5_NAME.test(name) ? 'this is not an HDF5 file whatever its name says' : 'its content is of no format that is known'}, ${EXPECTED}; choose another file or export it anew.`,
    );
  }
  const file = await H5File.open(place);
  try {
    const inside = file.keys('/').slice(0, 10).join(', ') || 'nothing';
    return new WorkbenchError(
      'data-format',
      `${name}: this HDF5 file holds ${inside}, ${EXPECTED}; save it as .h5ad with obs and var.`,
    );
  } finally {
    file.close();
  }
}
