import type { Place } from '../place.ts';
import { readSome } from '../place.ts';
import { MAX_DOCUMENT_BYTES } from '../limits.ts';

export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object in a folder; null where there is no such file. Throws SyntaxError, WorkbenchError. */
export async function readJson(folder: Place, name: string): Promise<Json | null> {
  const place = await folder.child(name);
  if (place?.kind !== 'file') return null;
  const bytes = await readSome(place, Math.min(place.sizeBytes ?? MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES));
  const value: unknown = parse(new TextDecoder().decode(bytes));
  if (!isRecord(value)) throw new SyntaxError('no object');
  return value;
}

/** Python writes NaN and Infinity into JSON, which JSON does not know. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const repaired = text.replaceAll(/(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, 'null');
    if (repaired === text) throw thrown;
    return JSON.parse(repaired);
  }
}
