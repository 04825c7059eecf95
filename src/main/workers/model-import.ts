import { statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CheckpointReport, LIBRARY_FORMAT, type LibraryFile, type LibraryModel } from '#shared/domain/library.ts';
import { printable } from '#shared/util/printable.ts';
import { importPublished, inspectCheckpoint } from '#genecompass/checkpoint/import-published.ts';
import type { ImportedVocabulary, ImportResult } from '#genecompass/checkpoint/summary.ts';
import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { sha256OfFile } from '#library/file-hash.ts';
import { MODEL_FILE, VOCABULARY_FILE } from '#library/layout.ts';
import type { LibraryDraft } from '#library/library-draft.ts';
import { libraryModelId } from '#library/model-id.ts';
import { describeVocabulary, mediansByToken, VocabularyFile } from '#library/vocabulary-file.ts';
import { findImported } from './known-import.ts';
import { modelLibrary } from './library.ts';

/** What the model library asks of the engine. */
export const LIBRARY_CALLS: Pick<EngineCallHandlers, 'inspectCheckpoint' | 'importModel' | 'verifyModel'> = {
  inspectCheckpoint: async ({ input }) => CheckpointReport.parse(inspectCheckpoint(folderOf(input))),

  importModel: async ({ input, title }, { signal, progress }) => {
    const folder = folderOf(input);
    const library = modelLibrary();
    const report = CheckpointReport.parse(inspectCheckpoint(folder));
    const onBytes = (done: number, total: number) => progress('Comparing', ...amount(done, total));
    const known = await findImported(library, folder, report, { signal, onBytes });
    if (known) return { model: known, isNew: false };
    const draft = library.draft();
    try {
      requireSpace(draft.folder, report.nUniqueBytes);
      // What comes before the first byte is written takes seconds and answers nobody.
      progress('Checking the files', 0, null, 'files');
      await setImmediate();
      const name = title ?? printable(path.basename(folder));
      const result = await importPublished({
        folder,
        outFile: draft.path(MODEL_FILE),
        title: name,
        signal,
        onProgress: ({ doneBytes, totalBytes }) => progress('Importing', ...amount(doneBytes, totalBytes)),
      });
      signal.throwIfAborted();
      return await library.commit(draft, await manifestOf(draft, name, result));
    } catch (thrown) {
      draft.discard();
      throw thrown;
    }
  },

  verifyModel: async ({ model }, { signal, progress }) => {
    const library = modelLibrary();
    const onBytes = (done: number, total: number) => progress('Reading', ...amount(done, total));
    await library.verify(library.get(model), { signal, onBytes });
    return {};
  },
};

async function manifestOf(draft: LibraryDraft, title: string, result: ImportResult): Promise<LibraryModel> {
  const { summary, config, classes, vocabulary, sources, sha256, sizeBytes } = result;
  const files: LibraryFile[] = [{ name: MODEL_FILE, sizeBytes, sha256 }];
  const file = vocabulary && vocabularyFile(vocabulary);
  if (file) {
    const target = draft.path(VOCABULARY_FILE);
    writeFileSync(target, JSON.stringify(file), { mode: 0o600, flush: true });
    files.push({ name: VOCABULARY_FILE, sizeBytes: statSync(target).size, sha256: await sha256OfFile(target) });
  }
  return {
    format: LIBRARY_FORMAT,
    id: libraryModelId(sources),
    title,
    importedAt: new Date().toISOString(),
    config,
    classes: classes && [...classes],
    checkpoint: CheckpointReport.parse(summary),
    vocabulary: file && describeVocabulary(file),
    files,
    sources: sources.map((source) => ({ ...source })),
    warnings: [...summary.warnings],
  };
}

function vocabularyFile({ id, hash, tokens, homologs, medians }: ImportedVocabulary): VocabularyFile {
  return VocabularyFile.parse({ format: 1, id, hash, tokens, homologs, medians: mediansByToken(tokens, medians) });
}

function folderOf(input: string): string {
  const folder = path.resolve(input);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats)
    throw new WorkbenchError('not-found', `${path.basename(folder)}: there is no such folder; check the path.`);
  if (stats.isDirectory()) return folder;
  throw new WorkbenchError(
    'invalid-input',
    `${path.basename(folder)}: it is a file; choose the folder a checkpoint was unpacked into.`,
  );
}

/** Throws: resource when the disk has no room for the converted file. */
function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free > bytes) return;
  throw new WorkbenchError(
    'resource',
    `Model library: the model takes ${gigabytes(bytes)}, ${gigabytes(free)} are free on the disk of ${path.dirname(folder)}; free some space and import it again.`,
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Amounts of a progress line: small files are told in kB. */
function amount(done: number, total: number): [done: number, total: number, unit: string] {
  const [unit, bytes] = total < 1e7 ? (['kB', 1e3] as const) : (['MB', 1e6] as const);
  return [done / bytes, total / bytes, unit];
}
