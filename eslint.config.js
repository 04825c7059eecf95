import { globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';
import vueParser from 'vue-eslint-parser';
import { LAYERS, PACKAGE_ROOMS, restrictedPatterns } from './build/layers.js';

/** Longer prefixes come later, so that the special rooms of a package override their parents. */
const places = Object.keys(LAYERS).flatMap((room) => [
  { room, folder: `${room}/` },
  ...[...new Set(Object.values(PACKAGE_ROOMS).flat())]
    .filter((place) => place.startsWith(`${room}/`) && place !== `${room}/`)
    .map((folder) => ({ room, folder })),
]);
places.sort((a, b) => a.folder.length - b.folder.length);

export default tseslint.config(
  globalIgnores(['out', '.tsbuild', 'node_modules', 'resources', 'demo-output', 'coverage']),
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts', '**/*.vue'] })),
  ...vue.configs['flat/recommended'].map((config) => ({ ...config, files: ['src/renderer/**/*.vue'] })),
  {
    files: ['src/renderer/**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, sourceType: 'module' } },
    rules: {
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.vue'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['src/main/hosts/cli/**', 'src/main/hosts/browser/**', 'build/**', 'tests/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use CounterRandom: runs must reproduce.' },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'The product has no network.' }],
    },
  },
  {
    // Trades the one-time token for a cookie at its own host.
    files: ['src/renderer/host/web-socket.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  ...places.map(({ room, folder }) => ({
    files: [`src/${folder}**/*.ts`, `src/${folder}**/*.vue`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: restrictedPatterns(room, folder) }] },
  })),
);
