const MAX_NAMES = 3;

/** Warnings of several samples, each said once with the samples it is about. */
export function sayOnce(samples: readonly { name: string; warnings: readonly string[] }[]): string[] {
  const about = new Map<string, string[]>();
  for (const { name, warnings } of samples)
    for (const warning of new Set(warnings)) about.set(warning, [...(about.get(warning) ?? []), name]);
  return [...about].map(([warning, names]) => {
    if (samples.length === 1) return warning;
    return names.length === samples.length ? `All samples: ${warning}` : `${fewNames(names)}: ${warning}`;
  });
}

export function fewNames(names: readonly string[]): string {
  const few = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${few}, … (${names.length.toLocaleString('en')})` : few;
}
