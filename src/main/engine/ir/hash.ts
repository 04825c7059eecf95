import { createHash } from 'node:crypto';
import type { Graph } from './graph.ts';
import { liveSet } from './live.ts';
import { printGraph } from './print.ts';

/** SHA-256 of what a graph computes: its text without the name, and the bytes of its constants. Hex. */
export function graphHash(graph: Graph): string {
  const hash = createHash('sha256');
  hash.update(printGraph(graph).split('\n').slice(1).join('\n'));
  for (const { producer } of liveSet(graph).constants) {
    if (producer.kind !== 'constant') continue;
    const { buffer, byteOffset, byteLength } = producer.data;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
