import type { z } from 'zod';
import { defaultValues, schemaFields } from './schema-fields.ts';

/** A page of a wizard and the fields it asks for. */
export interface WizardStep {
  id: string;
  fields: readonly string[];
}

export interface WizardPlan {
  schema: z.ZodType;
  steps: readonly WizardStep[];
}

/** Everything a wizard remembers; plain data, never changed in place. */
export interface WizardState {
  values: Readonly<Record<string, unknown>>;
  step: number;
  /** The furthest step reached: going back loses nothing. */
  furthest: number;
  /** Fields the user has touched: only these show messages before a step is left. */
  touched: readonly string[];
}

export interface FieldIssue {
  field: string;
  /** Names below `field`, for fields of a group and items of a list. */
  inner: readonly string[];
  message: string;
}

/** First state: every default of the schema, then what is already known. */
export function startWizard(plan: WizardPlan, known: Readonly<Record<string, unknown>> = {}): WizardState {
  return { values: { ...defaultValues(schemaFields(plan.schema)), ...known }, step: 0, furthest: 0, touched: [] };
}

/** A new value; `undefined` takes it out. */
export function setValue(state: WizardState, field: string, value: unknown): WizardState {
  const values = { ...state.values };
  if (value === undefined) delete values[field];
  else values[field] = value;
  return { ...state, values, touched: state.touched.includes(field) ? state.touched : [...state.touched, field] };
}

/** What the schema says against the values, by top-level field, in its order. */
export function wizardIssues(plan: WizardPlan, state: WizardState): FieldIssue[] {
  const result = plan.schema.safeParse(state.values);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    field: String(issue.path[0] ?? ''),
    inner: issue.path.slice(1).map(String),
    message: issue.message,
  }));
}

/** Issues of the fields of one step. */
export function stepIssues(plan: WizardPlan, state: WizardState, step = state.step): FieldIssue[] {
  const fields = plan.steps[step]?.fields ?? [];
  return wizardIssues(plan, state).filter((issue) => fields.includes(issue.field));
}

/** Back at will; forward only over steps without issues. */
export function canGoTo(plan: WizardPlan, state: WizardState, step: number): boolean {
  if (step < 0 || step >= plan.steps.length) return false;
  for (let before = 0; before < step; before++) if (stepIssues(plan, state, before).length > 0) return false;
  return true;
}

/** Goes to a step if that is allowed; otherwise to the first step with an issue, whose messages then show. */
export function goTo(plan: WizardPlan, state: WizardState, step: number): WizardState {
  if (canGoTo(plan, state, step)) return { ...state, step, furthest: Math.max(state.furthest, step) };
  const blocked = plan.steps.findIndex((_, index) => index < step && stepIssues(plan, state, index).length > 0);
  if (blocked < 0) return state;
  const shown = new Set([...state.touched, ...(plan.steps[blocked]?.fields ?? [])]);
  return { ...state, step: blocked, touched: [...shown] };
}

/** The parsed values once nothing is left to say; null before. */
export function finishedValues(plan: WizardPlan, state: WizardState): Record<string, unknown> | null {
  const result = plan.schema.safeParse(state.values);
  return result.success ? (result.data as Record<string, unknown>) : null;
}
