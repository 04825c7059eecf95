import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { ScreenConfig } from '#shared/domain/screen.ts';
import {
  canGoTo,
  finishedValues,
  goTo,
  setValue,
  startWizard,
  stepIssues,
  wizardIssues,
} from '#shared/forms/wizard.ts';
import type { WizardPlan } from '#shared/forms/wizard.ts';

const plan: WizardPlan = {
  schema: ScreenConfig,
  steps: [
    { id: 'cells', fields: ['model', 'tokens', 'labelColumn', 'start', 'goals'] },
    { id: 'perturbation', fields: ['operators', 'genes'] },
    { id: 'review', fields: [] },
  ],
};
const known = { model: 'm', tokens: 't', labelColumn: 'cell_type', start: 'Ductal', goals: ['Beta'] };

describe('wizard', () => {
  it('starts with the defaults of the schema', () => {
    expect(startWizard(plan).values.operators).toEqual(ScreenConfig.shape.operators.parse(undefined));
  });

  it('does not leave a step with issues and then shows them', () => {
    const state = goTo(plan, startWizard(plan), 1);
    expect(state.step).toBe(0);
    expect(state.touched).toEqual(['model', 'tokens', 'labelColumn', 'start', 'goals']);
    expect(stepIssues(plan, state).map((issue) => issue.field)).toContain('goals');
  });

  it('goes forward over steps without issues and back without loss', () => {
    const forward = goTo(plan, startWizard(plan, known), 2);
    expect(forward).toMatchObject({ step: 2, furthest: 2 });
    const back = goTo(plan, forward, 0);
    expect(back).toMatchObject({ step: 0, furthest: 2, values: forward.values });
  });

  it('jumps back to the step a later change broke', () => {
    const broken = setValue(goTo(plan, startWizard(plan, known), 1), 'goals', []);
    expect(canGoTo(plan, broken, 2)).toBe(false);
    expect(goTo(plan, broken, 2).step).toBe(0);
    expect(finishedValues(plan, broken)).toBeNull();
  });

  it('gives parsed values when nothing is left to say', () => {
    expect(finishedValues(plan, startWizard(plan, known))).toEqual(ScreenConfig.parse(known));
  });

  it('never stands on a step behind one with issues', () => {
    const action = fc.oneof(
      fc.record({ go: fc.integer({ min: -1, max: 3 }) }),
      fc.record({ start: fc.constantFrom('', 'Ductal', undefined), goals: fc.constantFrom([], ['Beta']) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        let state = startWizard(plan, { model: 'm', tokens: 't', labelColumn: 'c' });
        for (const one of actions) {
          if ('go' in one) {
            const before = state;
            state = goTo(plan, state, one.go);
            if (state.step > before.step) expect(canGoTo(plan, state, state.step)).toBe(true);
          } else state = setValue(setValue(state, 'start', one.start), 'goals', one.goals);
          expect(state.step).toBeLessThanOrEqual(state.furthest);
        }
        expect(finishedValues(plan, state) === null).toBe(wizardIssues(plan, state).length > 0);
      }),
    );
  });
});
