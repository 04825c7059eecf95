import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '#hosts/cli/commands.ts';
import { parseCommand } from '#hosts/cli/parse-command.ts';
import { Project } from '#project/project.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { commandFor } from '#shared/provenance/command.ts';
import { methodsParagraph } from '#shared/provenance/methods.ts';
import { PASSPHRASE } from '../../faults/support/command-line.ts';
import { type PreparedProject, prepareProject } from '../../faults/support/prepared-project.ts';

describe('where the artifacts of a real run come from', () => {
  let prepared: PreparedProject;
  let manifests: ArtifactManifest[];

  beforeAll(async () => {
    prepared = await prepareProject('map');
    const project = await Project.open(prepared.file, { passphrase: PASSPHRASE });
    manifests = project.artifacts.list();
    project.close();
  }, 120_000);
  afterAll(() => prepared.remove());

  it('is told for every kind there is, in words without holes', () => {
    expect(new Set(manifests.map(({ kind }) => kind))).toEqual(
      new Set(['dataset', 'vocabulary', 'prior', 'tokens', 'model', 'screen', 'ranking', 'layout']),
    );
    for (const manifest of manifests) {
      const words = methodsParagraph([manifest], '1.2.3');
      expect(words, manifest.kind).not.toMatch(
        /undefined|NaN|\bnull\b(?! genes)|Infinity|\[object|""|\(\)| {2}|, ,|\b0 (genes|cells|layers)/,
      );
      expect(words, manifest.kind).toMatch(/^Analyses used GeneCompass Workbench 1\.2\.3.*\.$/);
    }
    const whole = methodsParagraph(manifests, '1.2.3');
    expect(whole).toContain('120 human cells');
    expect(whole).toContain('"progenitor"');
    expect(whole).toContain('towards mature');
    expect(whole).toContain('to the 90th percentile');
    expect(whole).toContain('was used with its initial weights');
  });

  it('can be typed again: every command is one that the command line reads as the same configuration', () => {
    const commands = allCommands();
    for (const manifest of manifests) {
      const line = commandFor(manifest);
      const request = parseCommand(line.replaceAll("'", '').split(' ').slice(1), commands);
      if (request.kind !== 'run') throw new TypeError(`${line}: no command`);
      const { config } = Object.values(STEPS).find(({ command }) => command === manifest.step)!;
      const read = config.parse(request.input) as Record<string, unknown>;
      for (const [name, value] of Object.entries(manifest.config)) {
        if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))
          expect(value.startsWith(String(read[name]))).toBe(true);
        else expect(read[name], `${line} ${name}`).toEqual(value);
      }
    }
  });
});
