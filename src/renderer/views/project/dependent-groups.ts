import { ArtifactKind, type ArtifactManifest } from '#shared/domain/artifact.ts';

export interface DependentGroup {
  kind: ArtifactKind;
  nAll: number;
  /** The first few, each name once. */
  titles: string[];
  /** Names that are not among `titles`. */
  nMore: number;
}

const MOST_NAMED = 4;

/** What hangs on an artifact, kind by kind in the order a project is made. */
export function groupsOf(artifacts: readonly Pick<ArtifactManifest, 'kind' | 'title'>[]): DependentGroup[] {
  return ArtifactKind.options.flatMap((kind) => {
    const all = artifacts.filter((one) => one.kind === kind);
    const titles = [...new Set(all.map(({ title }) => title))];
    if (all.length === 0) return [];
    return [
      { kind, nAll: all.length, titles: titles.slice(0, MOST_NAMED), nMore: Math.max(0, titles.length - MOST_NAMED) },
    ];
  });
}
