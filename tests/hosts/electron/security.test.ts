import type { App, Session, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { lockContents, lockProgram, lockSession } from '#hosts/electron/security.ts';
import { app, defaultSession, electronState, StubContents } from '#tests/support/electron-stub.ts';

beforeEach(() => electronState.reset());
const only = (name: string): unknown[] => {
  const calls = electronState.argsOf(name);
  expect(calls, name).toHaveLength(1);
  return calls[0];
};

describe('the program', () => {
  it('puts every page in a sandbox and resolves no name', () => {
    lockProgram(app as unknown as App);
    expect(electronState.argsOf('app.enableSandbox')).toHaveLength(1);
    const switches = electronState.argsOf('app.commandLine.appendSwitch');
    expect(switches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
    for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability'])
      expect(switches).toContainEqual([name]);
  });

  it('locks the contents of whatever is opened later', () => {
    lockProgram(app as unknown as App);
    const contents = new StubContents(1);
    app.emit('web-contents-created', {}, contents);
    expect(contents.windowOpenHandler?.()).toEqual({ action: 'deny' });
    expect(contents.listenerCount('will-navigate')).toBe(1);
  });
});

describe('the session', () => {
  beforeEach(() => lockSession(defaultSession as unknown as Session));

  it('refuses every permission', () => {
    const [request] = only('session.setPermissionRequestHandler') as [
      (contents: null, permission: string, answer: (isGranted: boolean) => void) => void,
    ];
    const answers: boolean[] = [];
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal'])
      request(null, permission, (isGranted) => answers.push(isGranted));
    expect(answers).toEqual([false, false, false, false, false]);
    expect((only('session.setPermissionCheckHandler')[0] as () => boolean)()).toBe(false);
    expect((only('session.setDevicePermissionHandler')[0] as () => boolean)()).toBe(false);
  });

  it.each([
    ['app://workbench/index.html', false],
    ['blob:app://workbench/1', false],
    ['data:image/png;base64,AA', false],
    ['app://other/index.html', true],
    ['app://workbench.evil.example/', true],
    ['http://127.0.0.1/', true],
    ['https://example.org/', true],
    ['wss://example.org/', true],
    ['file:///etc/passwd', true],
    ['devtools://devtools/bundled/x.js', true],
    ['blob:https://example.org/1', true],
  ])('asked for %s, cancels: %s', (url, cancel) => {
    const [listener] = only('session.webRequest.onBeforeRequest') as [
      (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void,
    ];
    const answers: unknown[] = [];
    listener({ url }, (response) => answers.push(response));
    expect(answers).toEqual([{ cancel }]);
  });

  it('has no spell checker and downloads nothing', () => {
    expect(only('session.setSpellCheckerEnabled')).toEqual([false]);
    let isPrevented = false;
    defaultSession.emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });
});

describe('the contents of a window', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])('prevent %s', (name) => {
    const contents = new StubContents(1);
    lockContents(contents as unknown as WebContents);
    let nPrevented = 0;
    contents.emit(name, { preventDefault: () => nPrevented++ });
    expect(nPrevented).toBe(1);
  });
});
