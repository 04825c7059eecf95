import type { ArtifactManifest } from '../domain/artifact.ts';
import type { FieldMeta } from '../domain/field.ts';
import { CALIBRATE, STEPS, type Step, USE_MODEL } from '../domain/steps.ts';
import { itemWord, namedListWord, shellWord } from '../forms/command-line.ts';
import { stableJson } from '../util/stable-json.ts';

/** Artifact ids are shortened to this in commands; long enough to stay unambiguous in a project. */
export const SHORT_ID_LENGTH = 12;

/** `labelColumn` → `--label-column`. */
export function flagName(fieldName: string): string {
  return `--${fieldName.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** How files of this computer are named: `names` for whoever else reads the command, since folders bear names of people. */
export type PathStyle = 'whole' | 'names';

/** The command that makes an artifact again, with only the options that differ from their defaults. */
export function commandFor(manifest: Pick<ArtifactManifest, 'step' | 'config'>, paths: PathStyle = 'whole'): string {
  const steps: Step[] = [...Object.values(STEPS), USE_MODEL, CALIBRATE];
  const step = steps.find(({ command }) => command === manifest.step);
  const words = ['gcw', manifest.step, '--project PROJECT'];
  for (const [name, value] of Object.entries(manifest.config)) {
    if (value === undefined || value === null) continue;
    if (step && stableJson(defaultOf(step, name)) === stableJson(value)) continue;
    const meta = step?.config.shape[name]?.meta() as FieldMeta | undefined;
    const isFile = meta?.source === 'file' || meta?.source === 'files';
    words.push(...flagWords(name, isFile && paths === 'names' ? withoutFolders(value) : value, meta));
  }
  return words.join(' ');
}

/** Everything that makes an artifact again, in order: an imported model has to be in the library before it is used. */
export function commandsFor(manifest: Pick<ArtifactManifest, 'step' | 'config'>, paths: PathStyle = 'whole'): string[] {
  const before = manifest.step === USE_MODEL.command ? ['gcw model import --input CHECKPOINT'] : [];
  return [...before, commandFor(manifest, paths)];
}

/** The last part of every path, of either kind of computer. */
function withoutFolders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFolders);
  return typeof value === 'string'
    ? (value
        .split(/[\\/]+/)
        .filter(Boolean)
        .at(-1) ?? value)
    : value;
}

function defaultOf(step: Step, name: string): unknown {
  const parsed = step.config.shape[name]?.safeParse(undefined);
  return parsed?.success ? parsed.data : undefined;
}

function flagWords(name: string, value: unknown, meta: FieldMeta | undefined): string[] {
  const flag = flagName(name);
  if (Array.isArray(value)) return value.map((item) => `${flag} ${shellWord(itemWord(meta ?? {}, item))}`);
  if (typeof value === 'boolean') return [value ? flag : flag.replace('--', '--no-')];
  if (typeof value === 'object' && Object.values(value as object).every(Array.isArray))
    return Object.entries(value as Record<string, string[]>).map(
      (entry) => `${flag} ${shellWord(namedListWord(...entry))}`,
    );
  if (typeof value === 'object') return [`${flag} ${shellWord(stableJson(value))}`];
  const text = String(value);
  return [`${flag} ${shellWord(/^[0-9a-f]{64}$/.test(text) ? text.slice(0, SHORT_ID_LENGTH) : text)}`];
}
