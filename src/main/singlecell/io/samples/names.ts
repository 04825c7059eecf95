const ENDINGS = /(\.(h5ad|h5|hdf5|loom|zarr|csv|tsv|txt|tab|xlsx|rds|rda|rdata|mtx|zip|tar|tgz|gz|bz2))+$/i;
/** What Cell Ranger, STARsolo and GEO call every matrix, so it tells no sample from another. */
const GENERIC_END =
  /(^|[-_. ])((sample_)?(filtered|raw)_(feature|gene)_bc_matri(x|ces)(_h5)?|(filtered_|raw_)?(counts?_)?matrix|out(s|put)?|count|per_sample_outs|multi|solo\.out|gene(full)?|filtered|raw)$/i;
const GENOME = /^(GRCh|GRCm|hg|mm)\d+(-[\d.]+[A-Z]?)?$/i;
const MAX_LENGTH = 80;
const natural = new Intl.Collator('en', { numeric: true });

/** As a person sorts names: `S2` before `S10`; equal ones by their code units. */
export function compareNatural(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Samples by the part of their trails (folders, then file) that tells them apart, such as `S1` of `S1/outs/filtered_feature_bc_matrix.h5`. */
export function nameSamples(trails: readonly (readonly string[])[]): string[] {
  const parts = trails.map((trail) => telling(trail));
  const differ = new Set(parts.map((own) => own.join('/'))).size > 1;
  while (differ && parts.every((own) => own.length > 1 && own.at(-1) === parts[0].at(-1)))
    for (const own of parts) own.pop();
  const longest = Math.max(0, ...parts.map((own) => own.length));
  let names = parts.map((own) => own.at(-1) ?? 'sample');
  for (let n = 2; n <= longest; n++) {
    const longer = parts.map((own) => own.slice(-n).join('/') || 'sample');
    if (new Set(longer).size > new Set(names).size) names = longer;
  }
  return uniqueNames(names.map((name) => name.slice(-MAX_LENGTH)));
}

/** Repeated names get ` 2`, ` 3`, …. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name} ${n}`;
    taken.add(unique);
    return unique;
  });
}

function telling(trail: readonly string[]): string[] {
  const kept = trail.map(withoutGenericEnd).filter((part) => part !== '' && !GENOME.test(part));
  return kept.length > 0 ? kept : trail.slice(-1);
}

function withoutGenericEnd(part: string): string {
  let rest = part.replace(ENDINGS, '');
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(GENERIC_END, '');
  }
  return rest.replace(/[-_. ]+$/, '');
}
