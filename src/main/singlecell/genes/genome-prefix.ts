import type { Species } from '#shared/domain/gene.ts';

const PREFIX = /^((?:GRCh|hg)\d{2}|(?:GRCm|mm)\d{1,2})(?:\.p\d+)?[_.:-]+(?=[A-Za-z0-9])/i;

/**
 * The genome that files of several references write before a name, as in `GRCh38_GATA1`, `hg19-CD3D` and `mm10___Gata1`; null
 * without one.
 */
export function genomeOfName(name: string): { genome: string; species: Species; rest: string } | null {
  const found = PREFIX.exec(name);
  if (!found) return null;
  return {
    genome: found[1],
    species: /^(GRCh|hg)/i.test(found[1]) ? 'human' : 'mouse',
    rest: name.slice(found[0].length),
  };
}
