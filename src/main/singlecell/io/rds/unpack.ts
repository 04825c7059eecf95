import { type Attributes, MISSING_INTEGER, type RValue } from './values.ts';

/** A sequence costs a file nothing; longer ones than any number of cells or genes are not written out. */
const MAX_SEQUENCE = 50_000_000;

/**
 * A vector that R keeps in another form than its values; null for a form that is not known or announces too much.
 *
 * Source: R 4.2 src/main/altclasses.c.
 */
export function unpack(form: string, state: RValue, attributes: Attributes): RValue | null {
  const inner = state.kind === 'list' ? state.values[0] : undefined;
  if (form.startsWith('wrap_')) {
    if (!inner || !('attributes' in inner)) return null;
    return { ...inner, attributes: attributes.size > 0 ? attributes : inner.attributes };
  }
  switch (form) {
    case 'compact_intseq': {
      const values = sequence(state);
      return values && { kind: 'integer', values: new Int32Array(values), attributes };
    }
    case 'compact_realseq': {
      const values = sequence(state);
      return values && { kind: 'double', values, attributes };
    }
    case 'deferred_string': {
      if (inner?.kind !== 'integer' && inner?.kind !== 'double') return null;
      const isMissing = (value: number) => value === MISSING_INTEGER || Number.isNaN(value);
      const values = Array.from(inner.values, (value) => (isMissing(value) ? null : numberText(value)));
      return { kind: 'string', values, attributes };
    }
    default:
      return null;
  }
}

/** Length, first value and step written out. */
function sequence(state: RValue): Float64Array | null {
  if (state.kind !== 'double' || state.values.length !== 3) return null;
  const [length, first, step] = state.values;
  if (!(Number.isInteger(length) && length >= 0 && length <= MAX_SEQUENCE) || !Number.isFinite(first * step))
    return null;
  return Float64Array.from({ length }, (_, i) => first + i * step);
}

/** As R writes numbers as texts: up to 15 digits. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(15)));
}
