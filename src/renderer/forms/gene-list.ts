import type { useClient } from '../api/client.ts';

export type Resolution = Awaited<ReturnType<ReturnType<typeof useClient>['dataset']['resolveGenes']>>;

/** Names in pasted text: split at lines, tabs, commas, semicolons and spaces; quotes dropped; each once, in order. */
export function parseGeneList(text: string): string[] {
  const words = text.split(/[\s,;]+/).map((word) => word.replaceAll(/^["']+|["']+$/g, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}

/**
 * Names to send: what matched, as it was typed, and for an ambiguous name the gene the user picked.
 *
 * Note: a matched name stays as typed, since a command line with symbols can be read.
 */
export function chosenGenes(resolution: Resolution, picks: Readonly<Record<string, string>>): string[] {
  const matched = resolution.matched.map((one) => one.input);
  const picked = resolution.ambiguous.flatMap((one) => picks[one.input] ?? []);
  return [...new Set([...matched, ...picked])];
}
