import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { ArtifactPlan } from '#project/artifacts.ts';
import type { KdfCost } from '#project/key.ts';
import { Project } from '#project/project.ts';

/** Cheap on purpose: what is tested is not how long a guess takes. */
export const TEST_KDF: KdfCost = { memoryKiB: 8, iterations: 1 };
export const PASSPHRASE = 'correct horse battery staple';

/** A folder of its own for each test, gone afterwards together with every project opened through `track`. */
export function useFolder(): { file(name?: string): string; track(project: Project): Project } {
  const folders: string[] = [];
  const projects: Project[] = [];
  let current: string | undefined;
  afterEach(() => {
    for (const project of projects.splice(0)) project.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    current = undefined;
  });
  return {
    file(name = 'blood.gcwproj') {
      if (!current) {
        current = mkdtempSync(path.join(os.tmpdir(), 'gcw-project-'));
        folders.push(current);
      }
      return path.join(current, name);
    },
    track(project) {
      projects.push(project);
      return project;
    },
  };
}

export async function makeProject(file: string): Promise<{ project: Project; recoveryKey: string }> {
  return Project.create(file, { passphrase: PASSPHRASE, name: 'blood', kdf: TEST_KDF });
}

export function planOf(part: Partial<ArtifactPlan> = {}): ArtifactPlan {
  return {
    kind: 'dataset',
    title: 'pbmc',
    step: 'dataset import',
    stepVersion: 1,
    config: { input: 'pbmc.h5ad' },
    inputs: [],
    ...part,
  };
}

/** Runs something that must throw and gives what it threw. */
export async function thrownBy(work: () => unknown): Promise<{ code?: string; message: string }> {
  try {
    await work();
  } catch (thrown) {
    return thrown as { code?: string; message: string };
  }
  throw new Error('nothing was thrown');
}
