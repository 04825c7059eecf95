import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { stableJson } from '#shared/util/stable-json.ts';

/** JSON values; keys that look like numbers are among them, which engines put first whatever the order of writing. */
const json = fc.jsonValue({ maxDepth: 4 });
const record = fc.dictionary(fc.oneof(fc.string(), fc.nat(20).map(String)), json, { maxKeys: 8 });

describe('JSON with one form for each value', () => {
  it('can be read back', () => {
    fc.assert(fc.property(json, (value) => void expect(JSON.parse(stableJson(value))).toEqual(plain(value))));
  });

  it('does not depend on the order in which members were written', () => {
    fc.assert(
      fc.property(record, fc.infiniteStream(fc.nat()), (value, order) => {
        const shuffled = Object.entries(value)
          .map((entry) => ({ entry, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        expect(stableJson(Object.fromEntries(shuffled))).toBe(stableJson(value));
      }),
    );
  });

  it('differs where values differ', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(stableJson(a) === stableJson(b)).toBe(isSame);
      }),
    );
  });

  it('takes a member without a value as absent, and refuses what has no JSON form', () => {
    expect(stableJson({ b: undefined, a: [undefined] })).toBe('{"a":[null]}');
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(() => stableJson({ nested: [value] })).toThrow(TypeError);
    }
  });
});

/** What JSON keeps of a value: -0 is 0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Members as a list in the order of their names, so that a comparison sees no order of writing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(sorted)];
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['members', ...entries.map(([name, item]) => [name, sorted(item)])];
}
