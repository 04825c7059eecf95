import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@vue/compiler-sfc';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';

const root = path.join(import.meta.dirname, '..', '..', 'src', 'renderer');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('locales'))
  .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));

function leaves(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : leaves(value as object, `${prefix}${key}.`),
  );
}

/** Every string that looks like a key (double quotes hold expressions of a template, save in `keypath`); an inserted expression becomes a wildcard. */
function usedKeys(text: string): { key: string; pattern: RegExp }[] {
  const areas = Object.keys(en).join('|');
  const found = text.matchAll(new RegExp(String.raw`(['\`]|keypath=")((?:${areas})\.[^'"\`\n]+)['"\`]`, 'g'));
  return [...found].map(([, , key]) => {
    const parts = key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    return { key, pattern: new RegExp(`^${parts.join('[^ ]+')}(\\..+)?$`) };
  });
}

describe('English texts', () => {
  const all = leaves(en);
  const used = files.flatMap(({ name, text }) => usedKeys(text).map((one) => ({ ...one, name })));

  it('has every key the source names', () => {
    expect(used.length).toBeGreaterThan(150);
    const missing = used.filter(({ pattern }) => !all.some((leaf) => pattern.test(leaf)));
    expect(missing.map(({ name, key }) => `${name}: ${key}`)).toEqual([]);
  });

  it('has no text that nothing shows', () => {
    expect(all.filter((leaf) => !used.some(({ pattern }) => pattern.test(leaf)))).toEqual([]);
  });

  it('writes no text into a component', () => {
    const found: string[] = [];
    for (const { name, text } of files.filter((file) => file.name.endsWith('.vue'))) {
      const visit = (node: { type: number; content?: unknown; children?: unknown; props?: unknown }): void => {
        if (node.type === 2 && /\p{L}{2,}/u.test(String(node.content)))
          found.push(`${name}: ${String(node.content).trim()}`);
        for (const prop of (node.props ?? []) as { type: number; name: string; value?: { content: string } }[])
          if (
            prop.type === 6 &&
            /^(aria-label|title|label|alt|placeholder|text)$/.test(prop.name) &&
            /\p{L}{2,}/u.test(prop.value?.content ?? '')
          )
            found.push(`${name}: ${prop.name}="${prop.value?.content}"`);
        for (const child of (Array.isArray(node.children) ? node.children : []) as (typeof node)[]) visit(child);
      };
      const ast = parse(text).descriptor.template?.ast;
      if (ast) visit(ast as unknown as Parameters<typeof visit>[0]);
    }
    expect(found).toEqual([]);
  });

  it('finds a key that does not exist and a text in a component', () => {
    expect(usedKeys(`$t('home.nowhere')`).some(({ pattern }) => all.some((leaf) => pattern.test(leaf)))).toBe(false);
    expect(
      usedKeys('t(`jobs.states.${job.state}`)').every(({ pattern }) => all.some((leaf) => pattern.test(leaf))),
    ).toBe(true);
  });
});
