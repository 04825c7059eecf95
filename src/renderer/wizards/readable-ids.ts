const ARTIFACT_ID = /^[0-9a-f]{64}$/;
const SHORT = 12;

/** The same values with artifact ids cut to a beginning a person can read; the command line takes both. */
export function readable(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && ARTIFACT_ID.test(value) ? value.slice(0, SHORT) : value,
    ]),
  );
}
