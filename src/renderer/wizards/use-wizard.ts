import { computed, shallowRef } from 'vue';
import { schemaFields, type FieldDescription } from '#shared/forms/schema-fields.ts';
import {
  finishedValues,
  goTo,
  setValue,
  startWizard,
  stepIssues,
  wizardIssues,
  type WizardPlan,
} from '#shared/forms/wizard.ts';

/** A wizard's state for the page: values, visible issues and the moves. */
export function useWizard(plan: WizardPlan, known: Readonly<Record<string, unknown>>) {
  const state = shallowRef(startWizard(plan, known));
  const fields = schemaFields(plan.schema);

  const step = computed(() => plan.steps[state.value.step]);
  const isLast = computed(() => state.value.step === plan.steps.length - 1);
  const finished = computed(() => finishedValues(plan, state.value));
  /** Only of fields the user has been at: an empty form does not scold. */
  const issues = computed(() =>
    wizardIssues(plan, state.value).filter((one) => state.value.touched.includes(one.field)),
  );

  function fieldsOf(stepId: string): FieldDescription[] {
    const names = plan.steps.find((one) => one.id === stepId)?.fields ?? [];
    return names.flatMap((name) => fields.filter((field) => field.name === name));
  }

  const set = (name: string, value: unknown) => void (state.value = setValue(state.value, name, value));
  const go = (target: number) => void (state.value = goTo(plan, state.value, target));
  const isDone = (index: number) => index < state.value.furthest && stepIssues(plan, state.value, index).length === 0;

  return { plan, fields, state, step, isLast, finished, issues, fieldsOf, set, go, isDone };
}

export type Wizard = ReturnType<typeof useWizard>;
