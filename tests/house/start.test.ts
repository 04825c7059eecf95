import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const { imports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  imports: Record<string, string>;
};
/** A statement that is there when the module is read; types vanish, and `import()` waits until it is called. */
const STATIC = /^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gms;

/** Packages that are read when a program starts, whatever it is asked to do. */
function packagesAtStart(entry: string): Set<string> {
  const [seen, packages] = [new Set<string>(), new Set<string>()];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(STATIC)) {
      const next = fileOf(name, file);
      if (next) visit(next);
      else if (!name.startsWith('node:'))
        packages.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  };
  visit(entry);
  return packages;
}

function fileOf(name: string, from: string): string | null {
  if (name.startsWith('.')) return path.resolve(path.dirname(from), name);
  const alias = Object.keys(imports).find((key) => name.startsWith(key.slice(0, -1)));
  return alias ? path.join(root, imports[alias].slice(0, -1), name.slice(alias.length - 1)) : null;
}

/** What only some jobs need: ONNX Runtime alone takes a host longer to read than all of the rest. */
const FOR_SOME_JOBS = [
  'onnxruntime-node',
  'protobufjs',
  '@tensorflow/tfjs-core',
  'scran.js',
  'h5wasm',
  'zarrita',
  'apache-arrow',
  'papaparse',
  'read-excel-file',
  'write-excel-file',
  'pdfkit',
  '@resvg/resvg-wasm',
];

describe('what a program reads when it starts', () => {
  it.each(['src/main/hosts/cli/gcw.ts', 'src/main/hosts/browser/browser.ts', 'src/main/workers/engine-main.ts'])(
    '%s waits with what only some jobs need',
    (entry) => {
      const packages = packagesAtStart(path.join(root, entry));
      expect(packages).toContain('zod');
      expect(FOR_SOME_JOBS.filter((name) => packages.has(name))).toEqual([]);
    },
  );

  it('sees a package behind other modules, and none behind types or import()', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gcw-start-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(path.join(folder, 'deep'));
    const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
    write('entry.ts', `import {\n  a,\n} from './deep/a.ts';\nimport type { C } from './none.ts';\n`);
    write('deep/a.ts', `export { b } from '../b.ts';\nconst lazy = () => import('pdfkit');\n`);
    write('b.ts', `import 'scran.js';\nimport { x } from '@resvg/resvg-wasm';\n`);
    expect(existsSync(path.join(folder, 'none.ts'))).toBe(false);
    expect([...packagesAtStart(path.join(folder, 'entry.ts'))]).toEqual(['scran.js', '@resvg/resvg-wasm']);
  });
});
