import type { InjectionKey } from 'vue';
import { inject } from 'vue';
import type { FieldDescription } from '#shared/forms/schema-fields.ts';

/** One value a project offers for a field. */
export interface Choice {
  value: string;
  title: string;
  note?: string;
}

/** What the surrounding wizard knows: values for fields with a `source`, and the dataset genes are looked up in. */
export interface FormContext {
  choices(field: FieldDescription): Choice[];
  dataset(): string | null;
}

export const formContextKey: InjectionKey<FormContext> = Symbol('form context');

const none: FormContext = { choices: () => [], dataset: () => null };

export function useFormContext(): FormContext {
  return inject(formContextKey, none);
}
