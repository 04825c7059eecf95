import { z } from 'zod';

/** What a form, a flag, a document or a message says about a field; stated once, on the field. */
export interface FieldMeta {
  /** Short label, sentence case. */
  title: string;
  /** One or two sentences a biologist understands: what it does, what happens when it is higher or lower. */
  help: string;
  unit?: string;
  /** Shown only when the user asks for all options. */
  advanced?: boolean;
  /** On the command line each value of the choice is a switch too: `--exact` for `--computation exact`. */
  switches?: boolean;
  /** The form offers values from the project instead of free text. */
  source?:
    | 'dataset'
    | 'tokens'
    | 'vocabulary'
    | 'model'
    | 'screen'
    | 'quality'
    | 'label-column'
    | 'column-privacy'
    | 'donor-column'
    | 'label'
    | 'labels'
    | 'file'
    | 'files'
    | 'genes';
  [key: string]: unknown;
}

/** Attaches the texts to a schema; call it last, since zod metadata belongs to the instance. */
export function field<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  return schema.meta(meta) as T;
}
