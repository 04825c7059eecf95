import { MODEL_PRESETS } from '#shared/domain/model.ts';
import { QC_PROFILES } from '#shared/domain/qc-profiles.ts';

const TITLED: Record<string, Readonly<Record<string, { title: string; text?: string }>>> = {
  preset: MODEL_PRESETS,
  profile: QC_PROFILES,
};

/** Title of an option that the domain already names; null where only the texts do. */
export function domainTitle(field: string, option: string): string | null {
  return TITLED[field]?.[option]?.title ?? null;
}

/** Words below the title of an option that the domain already has; null where only the texts do. */
export function domainText(field: string, option: string): string | null {
  return TITLED[field]?.[option]?.text ?? null;
}
