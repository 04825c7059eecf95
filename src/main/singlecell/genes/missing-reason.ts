import type { Species } from '#shared/domain/gene.ts';

const REASONS: readonly [pattern: RegExp, reason: string][] = [
  [/^ERCC-\d+/i, 'a spike-in control, not a gene'],
  [/^ENS[A-Z]*[TPE]\d{11}/i, 'an id of a transcript, protein or exon, not of a gene'],
  [/^[NX][MRP]_\d+(\.\d+)?$/i, 'a RefSeq id of a transcript or protein, which the shipped tables do not have'],
  [/^\d+(\.\d+)?E[+-]?\d+$/i, 'a name that a spreadsheet turned into a number; which one cannot be told'],
  [/^(RP\d+|CT[ABCD]|XX\w*|KB|GS\d|CH\d+|LL\w+)-[\w-]+\.\d+$/i, 'named after a clone in an older annotation'],
  [/^(AC|AL|AP|AF|BX|CR|CU|FP|FO|LA16c|L|Z|U|D)\d{4,6}\.\d+$/i, 'named after a clone in an older annotation'],
  [/^(AK|BC|DQ|AB|AF|AY|M|U|X|V|L|S|J|D|Z)\d{5,6}$/, 'an accession number of a sequence, not a gene name'],
  [/Rik$/, 'an older clone name, in no shipped table'],
  [/^(Gm|LOC|EG|OTTMUSG|AI|AA|AW|AU|C)\d+$/, 'an older provisional name, in no shipped table'],
];

/** Why no gene was found, as well as can be told from the name. */
export function missingReason(name: string, species: Species): string {
  const found = REASONS.find(([pattern]) => pattern.test(name));
  return found?.[1] ?? `no ${species} gene goes by this name`;
}
