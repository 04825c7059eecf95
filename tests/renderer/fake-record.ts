import type { Dependents } from '#shared/contract/artifact.ts';
import type { AuditReport } from '#shared/contract/project.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { IDS, manifests } from './fake-data.ts';

const entry = (seq: number, what: string, details: Record<string, unknown>, why: string | null = null) => ({
  seq,
  at: `2026-03-02T09:${String(seq).padStart(2, '0')}:00.000Z`,
  who: 'amelie',
  what,
  why,
  details,
});

/** What was done in the made-up project. */
export const auditLog: AuditReport = {
  intact: true,
  brokenAt: null,
  clockSetBackAt: [],
  entries: [
    entry(1, 'project created', {}),
    entry(2, 'dataset made', { id: IDS.dataset, title: 'Pancreas, E15.5', step: 'dataset import' }),
    entry(3, 'annotations changed', { id: IDS.dataset }, 'embryos are not patients'),
    entry(4, 'ranking exported as pdf', { id: IDS.ranking }),
    entry(5, 'labels deleted', { id: 'f'.repeat(64), title: 'Labels of spleen' }, 'wrong reference'),
  ],
};

/** Made from it, newest first; nothing is on its way. */
export function fakeDependents(id: string): Dependents {
  const doomed = new Set<string>([id]);
  const made: ArtifactManifest[] = [];
  for (const one of manifests) {
    if (!one.inputs.some((input) => doomed.has(input))) continue;
    doomed.add(one.id);
    made.unshift(one);
  }
  return { artifacts: made, sizeBytes: 48_200_000, jobs: [] };
}
