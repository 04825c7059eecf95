import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MAX_NODES } from '../limits.ts';
import type { Place } from '../place.ts';
import { ArrayRefusal, headerOfV2, headerOfV3, type ArrayHeader } from './array-header.ts';
import { isRecord, readJson, type Json } from './json.ts';

/** A group or array of a store. */
export interface ZarrNode {
  /** Its folder; null where only the consolidated description knows it, so all its chunks are missing. */
  place: Place | null;
  version: 2 | 3;
  attributes: Json;
  /** Of an array; an error where the description makes no sense. */
  array: ArrayHeader | WorkbenchError | null;
}

/** Below the root; what else AnnData keeps (embeddings, graphs, uns) is never looked at. */
const READ = new Set(['X', 'raw', 'layers', 'obs', 'var']);
const READ_IN_RAW = new Set(['X', 'var']);
const MAX_DEPTH = 5;

/** Whether a folder is a zarr store, of version 2 or 3. */
export async function isZarrFolder(place: Place): Promise<boolean> {
  if (place.kind !== 'folder') return false;
  for (const name of ['zarr.json', '.zgroup', '.zmetadata', '.zattrs']) {
    if ((await place.child(name))?.kind === 'file') return true;
  }
  return false;
}

/**
 * Descriptions of the groups and arrays of an AnnData object by path, the root as `/`.
 *
 * Note: each node's own description counts; the consolidated one, which may be older, only where a node has none.
 * Throws data-format.
 */
export async function readNodes(root: Place, file: string): Promise<Map<string, ZarrNode>> {
  const nodes = new Map<string, ZarrNode>();
  const consolidated = await readConsolidated(root, file);
  const visit = async (place: Place | null, at: string, depth: number): Promise<void> => {
    const node = (place && (await readNode(file, place, at))) ?? consolidated.get(at) ?? null;
    if (!node) return;
    if (nodes.size >= MAX_NODES) throw damaged(file, at, `the store has more than ${MAX_NODES} groups and arrays`);
    nodes.set(at, { ...node, place });
    if (node.array || depth >= MAX_DEPTH) return;
    for (const name of await namesIn(place, at, consolidated.keys())) {
      await visit((await place?.child(name)) ?? null, at === '/' ? name : `${at}/${name}`, depth + 1);
    }
  };
  await visit(root, '/', 0);
  return nodes;
}

async function namesIn(place: Place | null, at: string, known: Iterable<string>): Promise<string[]> {
  const prefix = at === '/' ? '' : `${at}/`;
  const names = new Set<string>();
  for (const child of (await place?.children()) ?? []) if (child.kind === 'folder') names.add(child.name);
  for (const path of known) {
    const name = path.slice(prefix.length);
    if (path !== '/' && path.startsWith(prefix) && !name.includes('/')) names.add(name);
  }
  const wanted = at === '/' ? READ : at === 'raw' ? READ_IN_RAW : null;
  return [...names].filter((name) => (wanted ? wanted.has(name) : !name.startsWith('.'))).sort();
}

async function readNode(file: string, place: Place, at: string): Promise<Omit<ZarrNode, 'place'> | null> {
  let name = 'zarr.json';
  const read = (document: string) => readJson(place, (name = document));
  try {
    const v3 = await read('zarr.json');
    if (v3) return nodeOfV3(file, at, v3);
    const array = await read('.zarray');
    const group = array ? null : await read('.zgroup');
    if (!array && !group && at !== '/') return null;
    const attributes = await read('.zattrs');
    // The root of a store without consolidated description always has one of them.
    if (!array && !group && !attributes) return null;
    return nodeOfV2(file, at, array, attributes);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw damaged(file, at === '/' ? name : `${at}/${name}`, 'it is no JSON object');
  }
}

function nodeOfV2(file: string, at: string, array: Json | null, attributes: Json | null): Omit<ZarrNode, 'place'> {
  const header = array && checked(file, at, () => headerOfV2(array));
  return { version: 2, attributes: attributes ?? {}, array: header };
}

function nodeOfV3(file: string, at: string, document: Json): Omit<ZarrNode, 'place'> {
  const attributes = isRecord(document.attributes) ? document.attributes : {};
  const isArray = document.node_type === 'array';
  return { version: 3, attributes, array: isArray ? checked(file, at, () => headerOfV3(document)) : null };
}

/** Nodes by path; empty where the store has no consolidated description or one that makes no sense. */
async function readConsolidated(root: Place, file: string): Promise<Map<string, Omit<ZarrNode, 'place'>>> {
  const nodes = new Map<string, Omit<ZarrNode, 'place'>>();
  const documents = (name: string) =>
    readJson(root, name).catch((thrown: unknown) => {
      if (thrown instanceof SyntaxError) return null;
      throw thrown;
    });
  const inV3 = (await documents('zarr.json'))?.consolidated_metadata;
  if (isRecord(inV3) && isRecord(inV3.metadata)) {
    for (const [at, document] of Object.entries(inV3.metadata).slice(0, MAX_NODES)) {
      if (isRecord(document)) nodes.set(at, nodeOfV3(file, at, document));
    }
    return nodes;
  }
  const inV2 = (await documents('.zmetadata'))?.metadata;
  if (!isRecord(inV2)) return nodes;
  for (const [key, document] of Object.entries(inV2).slice(0, 3 * MAX_NODES)) {
    const [, path, kind] = /^(?:(.*)\/)?(\.zarray|\.zgroup)$/.exec(key) ?? [];
    if (kind === undefined || !isRecord(document)) continue;
    const attributes = inV2[path ? `${path}/.zattrs` : '.zattrs'];
    const array = kind === '.zarray' ? document : null;
    nodes.set(path || '/', nodeOfV2(file, path || '/', array, isRecord(attributes) ? attributes : null));
  }
  return nodes;
}

/** An array that makes no sense is an error when it is asked for, not before: nobody may need it. */
function checked(file: string, at: string, read: () => ArrayHeader): ArrayHeader | WorkbenchError {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof ArrayRefusal)) throw thrown;
    if (thrown.code === 'data-format') return damaged(file, at, thrown.message);
    const next = thrown.message.includes(';') ? '.' : '; write it again with the usual settings.';
    return new WorkbenchError('unsupported', `${file}: ${at} ${thrown.message}${next}`, { cause: thrown });
  }
}

export function damaged(file: string, at: string, fact: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${file}: ${at.replace(/^\//, '') || 'its root'} is damaged: ${fact}; copy the whole folder again or write it anew.`,
    { cause },
  );
}
