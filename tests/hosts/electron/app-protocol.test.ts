import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Protocol } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registerAppScheme, serveApp } from '#hosts/electron/app-protocol.ts';
import { electronState, protocol } from '#tests/support/electron-stub.ts';

let folder: string;

beforeEach(() => {
  electronState.reset();
  folder = mkdtempSync(path.join(tmpdir(), 'gcw-app-'));
  mkdirSync(path.join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'page', 'index.html'), '<!doctype html>');
  writeFileSync(path.join(folder, 'page', 'assets', 'app.js'), 'export {}');
  writeFileSync(path.join(folder, 'outside.html'), 'outside');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function ask(url: string, method = 'GET'): Promise<Response> {
  serveApp(protocol as unknown as Protocol, path.join(folder, 'page'));
  const [scheme, handler] = electronState.argsOf('protocol.handle')[0] as [
    string,
    (request: { url: string; method: string }) => Promise<Response>,
  ];
  expect(scheme).toBe('app');
  return handler({ url, method });
}

it('is an origin of its own, with no way round the policy', () => {
  registerAppScheme(protocol as unknown as Protocol);
  expect(electronState.argsOf('protocol.registerSchemesAsPrivileged')).toEqual([
    [[{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]],
  ]);
});

it('serves the page with the security policy', async () => {
  const answer = await ask('app://workbench/');
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('<!doctype html>');
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await ask('app://workbench/assets/app.js')).headers.get('content-type')).toContain('text/javascript');
});

it.each([
  ['app://workbench/../outside.html', 'GET'],
  ['app://workbench/%2e%2e/outside.html', 'GET'],
  ['app://workbench/..%2foutside.html', 'GET'],
  ['app://other/', 'GET'],
  ['app://workbench/', 'POST'],
])('has nothing else: %s %s', async (url, method) => {
  const answer = await ask(url, method);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-security-policy')).toBeTruthy();
});

it('says when the page is not built', () => {
  expect(() => serveApp(protocol as unknown as Protocol, path.join(folder, 'no'))).toThrow(/not built/);
});
