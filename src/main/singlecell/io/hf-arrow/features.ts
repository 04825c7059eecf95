import type { Schema } from 'apache-arrow';
import { z } from 'zod';

/** Key of the schema's annotations under which `datasets` keeps what its columns mean. */
export const METADATA_KEY = 'huggingface';

const Annotations = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const ClassLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).max(100_000) });

/** Names of the classes of columns that hold their numbers; empty where the annotations cannot be read. */
export function classNames(schema: Schema): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const text = schema.metadata.get(METADATA_KEY);
  if (text === undefined) return found;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return found;
  }
  const annotations = Annotations.safeParse(json);
  if (!annotations.success) return found;
  for (const [column, feature] of Object.entries(annotations.data.info.features)) {
    const label = ClassLabel.safeParse(feature);
    if (label.success) found.set(column, label.data.names);
  }
  return found;
}
