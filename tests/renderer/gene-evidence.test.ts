// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { WHY_ENGLISH } from '#shared/why/english.ts';
import ClassBadges from '../../src/renderer/views/ranking/ClassBadges.vue';
import ConsensusResult from '../../src/renderer/views/ranking/ConsensusResult.vue';
import GeneRecords from '../../src/renderer/views/ranking/GeneRecords.vue';
import WhyCard from '../../src/renderer/views/ranking/WhyCard.vue';
import { consensusInfo } from './fake-consensus.ts';
import { ranking, rankedGenes } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const { client } = createFakeHost({ isOpen: true });
const pdx1 = rankedGenes.find(({ symbol }) => symbol === 'Pdx1')!;

describe('evidence in the window', () => {
  it('says why in whole sentences, and ends with what a model cannot know', () => {
    const card = mountWith(WhyCard, client, { props: { gene: pdx1, report: ranking.report } });
    expect(card.text()).toContain('Raising Pdx1 moves the cells towards Beta');
    expect(card.text()).toContain('doi:10.1038/nature07314');
    expect(card.findAll('.doubts li').at(-1)!.text()).toBe(WHY_ENGLISH.doubts.model);
    expect(card.text()).not.toMatch(/[{}]|why\.|undefined/);
    card.unmount();
  });

  it('names every badge in full', () => {
    const badges = mountWith(ClassBadges, client, { props: { classes: pdx1.evidence!.classes } });
    expect(badges.findAll('[role=img]').map((one) => one.attributes('aria-label'))).toEqual([
      'transcription factor',
      'homeobox gene',
    ]);
    badges.unmount();
  });

  it('shows targets with what they say and cocktails with their DOI', () => {
    const records = mountWith(GeneRecords, client, { props: { evidence: pdx1.evidence! } });
    expect(records.findAll('.target [role=img]').map((one) => one.attributes('aria-label'))).toEqual([
      'as expected',
      'as expected',
      'the other way',
      'direction not known',
    ]);
    expect(records.text()).toContain('PubMed 10993896');
    expect(records.text()).toContain('NEUROG3 + PDX1 + MAFA');
    records.unmount();
  });

  it('shows what several rankings agree on, and when not to trust it', async () => {
    const result = mountWith(ConsensusResult, client, { props: { id: consensusInfo.id } });
    await flushPromises();
    await expect.poll(() => result.text()).toContain(consensusInfo.report.reading[0]);
    expect(result.text()).toContain(consensusInfo.report.warnings[0]);
    expect(result.text()).toContain('contradict');
    result.unmount();
  });
});
