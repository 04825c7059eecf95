/**
 * The layer rule of ARCHITECTURE.md as data: what each room may import. eslint.config.js makes lint rules of it and
 * tests/house/layers.test.ts proves each of them on a deliberately bad sample.
 */

/** Room (a folder under src/) → the rooms it may import besides itself. */
export const LAYERS = {
  shared: [],
  'main/engine': ['shared'],
  'main/singlecell': ['shared'],
  'main/genecompass': ['shared', 'main/engine'],
  'main/screen': ['shared', 'main/engine', 'main/genecompass', 'main/singlecell'],
  'main/ranking': ['shared', 'main/singlecell', 'main/screen'],
  'main/project': ['shared'],
  'main/library': ['shared'],
  'main/jobs': ['shared', 'main/project'],
  'main/services': ['shared', 'main/project', 'main/library', 'main/jobs', 'main/hosts/host-adapter.ts'],
  'main/workers': [
    'shared',
    'main/engine',
    'main/genecompass',
    'main/singlecell',
    'main/screen',
    'main/ranking',
    'main/project',
    'main/library',
    'main/jobs',
  ],
  'main/hosts': ['shared', 'main/project', 'main/library', 'main/jobs', 'main/services', 'main/workers'],
  renderer: ['shared'],
};

/** Package → the only places (path prefixes under src/) that may import it. */
export const PACKAGE_ROOMS = {
  electron: ['main/hosts/electron/'],
  'onnxruntime-node': ['main/engine/runtime/'],
  '@tensorflow/tfjs-core': ['main/engine/runtime/'],
  '@tensorflow/tfjs-backend-cpu': ['main/engine/runtime/'],
  '@tensorflow/tfjs-backend-wasm': ['main/engine/runtime/'],
  protobufjs: ['main/engine/onnx/'],
  h5wasm: ['main/singlecell/io/'],
  zarrita: ['main/singlecell/io/zarr/'],
  'apache-arrow': ['main/singlecell/io/hf-arrow/'],
  papaparse: ['main/singlecell/io/delimited/'],
  'read-excel-file': ['main/singlecell/io/xlsx/', 'main/ranking/'],
  'write-excel-file': ['main/singlecell/io/xlsx/', 'main/ranking/'],
  yauzl: ['main/singlecell/io/archive/', 'main/singlecell/io/xlsx/'],
  'tar-stream': ['main/singlecell/io/archive/'],
  'scran.js': ['main/singlecell/classical/'],
  pdfkit: ['main/ranking/report/'],
  '@resvg/resvg-wasm': ['main/ranking/report/'],
  'better-sqlite3-multiple-ciphers': ['main/project/'],
  'hash-wasm': ['main/project/'],
  ws: ['main/hosts/browser/', 'renderer/host/'],
  vue: ['renderer/'],
  zod: [''],
};

const ALIASES = {
  shared: 'shared',
  engine: 'main/engine',
  genecompass: 'main/genecompass',
  singlecell: 'main/singlecell',
  screen: 'main/screen',
  ranking: 'main/ranking',
  project: 'main/project',
  library: 'main/library',
  jobs: 'main/jobs',
  services: 'main/services',
  workers: 'main/workers',
  hosts: 'main/hosts',
};

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Patterns for ESLint's no-restricted-imports in the files of one room (or one part of it). */
export function restrictedPatterns(room, folder = `${room}/`) {
  const allowed = new Set([room, ...LAYERS[room]]);
  const forbiddenAliases = Object.entries(ALIASES)
    .filter(([, target]) => !allowed.has(target))
    .map(([alias, target]) => {
      const exceptions = LAYERS[room]
        .filter((entry) => entry.startsWith(`${target}/`))
        .map((entry) => escape(entry.slice(target.length + 1)));
      return exceptions.length > 0 ? `#${alias}/(?!(${exceptions.join('|')})$)` : `#${alias}/`;
    });
  const patterns = [];
  if (forbiddenAliases.length > 0) {
    patterns.push({
      regex: `^(${forbiddenAliases.join('|')})`,
      message: `${room} may import only: ${[...allowed].join(', ')} (ARCHITECTURE.md, layer rule).`,
    });
  }
  patterns.push({
    regex: `^\\.\\./(.*/)?(${Object.keys(LAYERS)
      .map((name) => escape(name.split('/').at(-1)))
      .join('|')})/`,
    message: 'Cross a room by its # alias, never by a relative path.',
  });
  const closed = Object.entries(PACKAGE_ROOMS).filter(
    ([, places]) => !places.some((place) => folder.startsWith(place)),
  );
  if (closed.length > 0) {
    patterns.push({
      regex: `^(${closed.map(([name]) => escape(name)).join('|')})(/|$)`,
      message: 'This package has its own room (build/layers.js, PACKAGE_ROOMS).',
    });
  }
  if (room === 'shared' || room === 'renderer')
    patterns.push({ regex: '^node:', message: `${room} runs without Node.` });
  return patterns;
}
