import { describe, expect, it } from 'vitest';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { RankingMethod } from '#shared/domain/ranking.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { methodsParagraph } from '#shared/provenance/methods.ts';
import { referencesFor } from '#shared/provenance/references.ts';

const ranking = (summary: Record<string, unknown>, stepVersion = 6) =>
  ({
    kind: 'ranking',
    step: 'ranking run',
    stepVersion,
    config: { goal: 'B' },
    summary,
  }) as unknown as ArtifactManifest;
const said = (...manifest: Parameters<typeof ranking>) => methodsParagraph([ranking(...manifest)], '1');

describe('methods of a ranking', () => {
  const words = said({ leader: 'combined', recall: [] });

  it('name every order it was compared with, its own first', () => {
    expect(words).toContain(`in the order of ${METHOD_NAMES.combined}, beside ${METHOD_NAMES.model}, `);
    for (const method of RankingMethod.options) expect(words).toContain(METHOD_NAMES[method]);
  });

  it('name those alone that were counted, and none where an older ranking does not tell', () => {
    const counted = [{ method: 'model' }, { method: 'fold-change' }, { method: 'random' }];
    expect(said({ leader: 'model', recall: counted }, 2)).toContain(
      'in the order of the screen, beside plain fold change and random order.',
    );
    expect(said({ leader: 'model' }, 2)).toContain('in the order of the screen, beside simple methods.');
    expect(said({})).toContain('Genes were ranked for the goal "B" beside the screen,');
  });

  it('name the tables beside it and what they rest on', () => {
    const references = referencesFor([ranking({})]).join(' ');
    for (const table of ['TRRUST v2', 'ClinGen']) {
      expect(words).toContain(table);
      expect(references).toContain(table);
    }
    expect(references).toContain('human transcription factors');
    expect(said({}, 5) + referencesFor([ranking({}, 5)]).join(' ')).not.toMatch(/ClinGen|druggable/);
  });
});
