import { createHash } from 'node:crypto';
import { LIBRARY_FORMAT, type LibraryFile, LibraryModelId } from '#shared/domain/library.ts';
import { stableJson } from '#shared/util/stable-json.ts';

/** Id of what was made from these files: the same bytes under the same names are the same model, whatever it is called. */
export function libraryModelId(sources: readonly LibraryFile[]): LibraryModelId {
  const content = sources.map(({ name, sha256 }) => ({ name, sha256 })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const hash = createHash('sha256')
    .update(stableJson({ format: LIBRARY_FORMAT, content }))
    .digest('hex');
  return LibraryModelId.parse(hash.slice(0, 32));
}
