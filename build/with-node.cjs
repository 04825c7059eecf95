// Runs a command with the pinned Node of package.json first in PATH, whatever Node the user has (>= 20).
// npm's own bin links are not enough: npm 10 drops the link when several optional packages offer the same bin.
'use strict';
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const MINIMUM_MAJOR = 24;
const root = path.join(__dirname, '..');
const platformName = process.platform === 'win32' ? 'win' : process.platform;
const pinnedDirectory = path.join(root, 'node_modules', `node-${platformName}-${process.arch}`, 'bin');
const pinned = path.join(pinnedDirectory, process.platform === 'win32' ? 'node.exe' : 'node');

const search = [path.join(root, 'node_modules', '.bin')];
if (existsSync(pinned)) search.unshift(pinnedDirectory);
else if (Number(process.versions.node.split('.')[0]) < MINIMUM_MAJOR) {
  console.error(
    `Node ${process.versions.node} is too old and no pinned Node ${MINIMUM_MAJOR} is installed for ${process.platform}-${process.arch}. ` +
      `Run 'npm ci' again, or install Node ${MINIMUM_MAJOR} or newer.`,
  );
  process.exit(9);
}

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, PATH: [...search, process.env.PATH].join(path.delimiter) },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`${command} could not be started: ${error.message}. Run 'npm ci' first.`);
  process.exit(9);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
