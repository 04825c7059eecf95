import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { EmbeddingsExport } from '#shared/domain/embed.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { EMBEDDING_BLOBS, type StoredGeneRows } from '#project/stored/embedding-blobs.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import type { Workspace } from './session.ts';

/** Numbers read and written at once. */
const PIECE = 256 * 1024;

/** What names the rows of a table; further columns stand before the numbers. */
interface Rows {
  blob: string;
  heading: string[];
  /** Fields of each row, in the order of the heading. */
  fields: readonly (readonly (string | number)[])[];
}

/**
 * Writes kept embeddings to a file, piece by piece.
 *
 * Throws: invalid-input for another ending than .csv or .npy; not-found when genes were not embedded.
 */
export async function exportEmbeddings(workspace: Workspace, { embeddings, what, out }: EmbeddingsExport) {
  const format = path.extname(out).toLowerCase();
  if (format !== '.csv' && format !== '.npy') {
    throw new WorkbenchError(
      'invalid-input',
      `${path.basename(out)}: it ends neither in .csv nor in .npy; choose one of them.`,
    );
  }
  const { artifacts, audit } = workspace.require().project;
  const manifest = workspace.artifact('embeddings', embeddings);
  const { blob, heading, fields } = what === 'cells' ? cellRows(artifacts, manifest) : geneRows(artifacts, manifest);
  const columns = Number(manifest.summary.width);
  const pieces = function* (): Generator<{ start: number; numbers: Float32Array }> {
    const step = Math.max(1, Math.floor(PIECE / columns));
    for (let start = 0; start < fields.length; start += step) {
      const n = Math.min(step, fields.length - start);
      yield { start, numbers: artifacts.readTyped(manifest.id, blob, 'float32', start * columns, n * columns) };
    }
  };
  const sizeBytes = await writeWhole(out, async (file) => {
    if (format === '.npy') {
      await file.write(npyHeader(fields.length, columns));
      for (const { numbers } of pieces()) await file.write(bytesOf(numbers));
      return;
    }
    const names = [...heading, ...Array.from({ length: columns }, (_, i) => `dim_${i + 1}`)];
    await file.write(`${names.join(',')}\n`);
    for (const { start, numbers } of pieces()) {
      const lines: string[] = [];
      for (let row = 0; row * columns < numbers.length; row++) {
        const vector = numbers.subarray(row * columns, (row + 1) * columns);
        lines.push([...fields[start + row].map(csvField), ...Array.from(vector, shortest)].join(','));
      }
      await file.write(`${lines.join('\n')}\n`);
    }
  });
  if (format === '.npy') {
    await writeWhole(`${out.slice(0, -format.length)}.rows.txt`, async (file) => {
      await file.write(fields.map(([name]) => `${name}\n`).join(''));
    });
  }
  audit.append({ what: `${what} embeddings exported as ${format.slice(1)}`, details: { id: manifest.id } });
  return { out, rows: fields.length, columns, sizeBytes };
}

function cellRows(artifacts: ArtifactStore, { inputs }: ArtifactManifest): Rows {
  const tokens = artifacts.get(inputs[1]);
  const ids = artifacts.readJson<string[]>(tokens.inputs[0], DATASET_BLOBS.cellIds);
  const cells = artifacts.readTyped(tokens.id, TOKENS_BLOBS.cellIndex, 'int32');
  return { blob: EMBEDDING_BLOBS.cells, heading: ['cell'], fields: Array.from(cells, (cell) => [ids[cell]]) };
}

function geneRows(artifacts: ArtifactStore, { id, title, config }: ArtifactManifest): Rows {
  if (!config.genes) {
    throw new WorkbenchError('not-found', `${title}: genes were not embedded; run gcw model embed with --genes.`);
  }
  const { ids, nCells } = artifacts.readJson<StoredGeneRows>(id, EMBEDDING_BLOBS.geneRows);
  return { blob: EMBEDDING_BLOBS.genes, heading: ['gene', 'n_cells'], fields: ids.map((gene, i) => [gene, nCells[i]]) };
}

/** The file appears under its name when it is whole. */
async function writeWhole(out: string, write: (file: FileHandle) => Promise<void>): Promise<number> {
  const part = `${out}.${process.pid}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await write(file);
    await file.sync();
    const { size } = await file.stat();
    await file.close();
    await rename(part, out);
    return size;
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw thrown;
  }
}

/** Source: NumPy format 1.0: magic, version, length of the header, a dictionary padded to 64 bytes. */
function npyHeader(rows: number, columns: number): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, ' ');
  header.write('\u0093NUMPY\u0001\u0000', 'latin1');
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', length - 1, 'latin1');
  return header;
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Nine digits give every float32 back. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** A text that a spreadsheet would run as a formula is preceded by an apostrophe, as OWASP advises. */
function csvField(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
