import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { readHomologs } from './auxiliary/homolog-map.ts';
import { joinMedians, readMedians } from './auxiliary/medians.ts';
import { readTokenDictionary } from './auxiliary/token-dictionary.ts';
import type { AuxiliaryFiles, ImportedVocabulary, Report } from './summary.ts';

/**
 * The vocabulary of a checkpoint from the files beside it; null without a token dictionary.
 *
 * The homolog table says which token a mouse gene is written with; without the file it is read off the homolog index.
 * Throws: data-format when the dictionary has another size than the model, or a file is damaged.
 */
export function importVocabulary(
  folder: string,
  files: AuxiliaryFiles,
  homologIndex: Int32Array,
  report: Report,
): ImportedVocabulary | null {
  const { warnings } = report;
  if (!files.tokens) {
    warnings.push(
      files.refused.length > 0
        ? `No token dictionary could be read (${files.refused[0].reason}) Genes cannot be named until one is imported.`
        : 'No token dictionary lies beside it (human_mouse_tokens.pickle): genes cannot be named until one is imported.',
    );
    return null;
  }
  const { tokens, nForeign } = readTokenDictionary(join(folder, files.tokens));
  if (tokens.length !== homologIndex.length) {
    throw new WorkbenchError(
      'data-format',
      `${files.tokens}: it has ${tokens.length} tokens, the model has ${homologIndex.length}; published dictionaries differ, put the one of this model beside it.`,
    );
  }
  if (nForeign > 0)
    warnings.push(`${nForeign} tokens are no human or mouse Ensembl ids and will not be found in cells.`);
  const homologs = homologPairs(folder, files, tokens, homologIndex, report);
  const read = files.medians.map((file) => ({ file, ...readMedians(join(folder, file)) }));
  for (const { file, nLeftOut } of read)
    if (nLeftOut > 0) warnings.push(`${file}: ${nLeftOut} medians are no positive numbers and are left out.`);
  const all = read.map(({ medians }) => medians);
  const medians = all.length > 0 ? joinMedians(all, files.medians.join(', ')) : null;
  if (!medians) warnings.push('No medians lie beside it: cells cannot be scaled as published until they are imported.');
  const hash = createHash('sha256').update(stableJson({ tokens, homologs })).digest('hex');
  return { id: `published-${hash.slice(0, 12)}`, hash, tokens, homologs, medians };
}

function homologPairs(
  folder: string,
  files: AuxiliaryFiles,
  tokens: readonly string[],
  index: Int32Array,
  { notes, warnings }: Report,
): readonly (readonly [number, number])[] {
  if (!files.homologs) {
    const moved = [...index].flatMap((mouse, human): [number, number][] => (mouse === human ? [] : [[mouse, human]]));
    if (moved.length === 0)
      warnings.push('No homolog table lies beside it: mouse genes keep their own tokens, which were hardly trained.');
    return moved.sort((a, b) => a[0] - b[0] || a[1] - b[1]).filter(([mouse], i, all) => all[i - 1]?.[0] !== mouse);
  }
  const { pairs, direction, nRepeated } = readHomologs(join(folder, files.homologs), tokens);
  notes.push(`${files.homologs} leads from ${direction}; ${pairs.length} mouse genes are written with a human token.`);
  if (nRepeated > 0) warnings.push(`${nRepeated} of its pairs name a mouse gene again and are left out.`);
  const mice = new Map<number, number[]>();
  for (const [mouse, human] of pairs) mice.set(human, [...(mice.get(human) ?? []), mouse]);
  const nDiffering = [...mice].filter(([human, options]) => !options.includes(index[human])).length;
  if (nDiffering > 0)
    warnings.push(
      `${nDiffering} of its human tokens have another mouse row in the checkpoint's homolog index; prior knowledge follows the checkpoint.`,
    );
  return pairs;
}
