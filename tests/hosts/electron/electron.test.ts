import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DesktopBridge, PORT_MESSAGE, PORT_REQUEST } from '#shared/contract/transport.ts';
import { until } from '../../support/until.ts';

// Taken once: the program is loaded anew for every test, the stub is not.
const stub = await vi.hoisted(() => import('#tests/support/electron-stub.ts'));
const { app, BrowserWindow, electronState, ipcMain, ipcRenderer, lastUtilityChild } = stub;
vi.mock('electron', () => stub);

const workbench = { router: {}, client: {}, close: vi.fn(() => Promise.resolve()) };
const assemble = vi.fn((_host: unknown, _options: { spawnEngine: () => unknown }) => workbench);
vi.mock('#hosts/assemble.ts', () => ({ assemble }));
const serveApp = vi.fn();
vi.mock('#hosts/electron/app-protocol.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  serveApp,
}));

const dataFolder = mkdtempSync(path.join(tmpdir(), 'gcw-electron-'));

beforeEach(() => {
  electronState.reset();
  vi.resetModules();
  vi.clearAllMocks();
  serveApp.mockReset();
  process.env.GCW_DATA_FOLDER = dataFolder;
});
afterAll(() => {
  delete process.env.GCW_DATA_FOLDER;
  rmSync(dataFolder, { recursive: true });
});

const names = (): string[] => electronState.calls.map(({ name }) => name);

async function start(): Promise<void> {
  await import('#hosts/electron/electron.ts');
  electronState.makeReady();
  await until(() => expect(names().some((name) => name === 'window.loadURL' || name === 'app.exit')).toBe(true));
}

describe('the program', () => {
  it('is locked before it is ready, and the session before a window opens', async () => {
    await start();
    const order = names();
    expect(order.indexOf('app.enableSandbox')).toBeLessThan(order.indexOf('session.webRequest.onBeforeRequest'));
    expect(order).toContain('protocol.registerSchemesAsPrivileged');
    expect(order.indexOf('session.webRequest.onBeforeRequest')).toBeLessThan(order.indexOf('new BrowserWindow'));
    expect(serveApp.mock.calls[0][1]).toMatch(/out.renderer$/);
  });

  it('opens one window on its own address, with a page that is only a page', async () => {
    await start();
    const [[options]] = electronState.argsOf('new BrowserWindow') as [[{ webPreferences: object; show: boolean }]];
    expect(options.webPreferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      plugins: false,
      devTools: false,
      preload: expect.stringMatching(/out.preload.preload\.cjs$/) as string,
    });
    expect(electronState.argsOf('window.loadURL')).toEqual([['app://workbench/']]);
    const [window] = BrowserWindow.getAllWindows();
    expect(window.webContents.windowOpenHandler?.()).toEqual({ action: 'deny' });
    expect(names()).not.toContain('window.show');
    window.emit('ready-to-show');
    expect(names()).toContain('window.show');
    expect(ipcMain.listenerCount(PORT_REQUEST)).toBe(1);
  });

  it('runs once: a second start brings the window forward', async () => {
    await start();
    app.emit('second-instance');
    expect(names().slice(-2)).toEqual(['window.restore', 'window.focus']);
  });

  it('leaves at once when another one runs', async () => {
    electronState.hasLock = false;
    await import('#hosts/electron/electron.ts');
    expect(names()).toEqual(['app.requestSingleInstanceLock', 'app.quit']);
  });

  it('says why it cannot start', async () => {
    const { WorkbenchError } = await import('#shared/errors/workbench-error.ts');
    serveApp.mockImplementation(() => {
      throw new WorkbenchError('unavailable', 'out/renderer: the window is not built.');
    });
    await start();
    expect(electronState.argsOf('dialog.showErrorBox')).toEqual([
      ['GeneCompass Workbench', 'out/renderer: the window is not built.'],
    ]);
    expect(electronState.argsOf('app.exit')).toEqual([[9]]);
  });

  it('ends only after jobs are at a checkpoint and the project is closed', async () => {
    let finish: () => void = () => {};
    workbench.close.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    await start();
    let nPrevented = 0;
    const quit = (): boolean => app.emit('before-quit', { preventDefault: () => nPrevented++ });
    quit();
    quit();
    expect(workbench.close).toHaveBeenCalledTimes(1);
    expect(nPrevented).toBe(2);
    expect(names()).not.toContain('app.quit');
    finish();
    await until(() => expect(names()).toContain('app.quit'));
    quit();
    expect(nPrevented).toBe(2);
  });
});

describe('the engine child', () => {
  it('is a utility process behind the same channel', async () => {
    await start();
    const child = assemble.mock.calls[0][1].spawnEngine() as import('#jobs/engine-child.ts').EngineChild;
    const [entry, args, options] = electronState.argsOf('utilityProcess.fork')[0] as [string, string[], object];
    expect(entry).toMatch(/engine-main\.(ts|js)$/);
    expect(args).toEqual([]);
    expect(options).toMatchObject({ serviceName: 'GeneCompass engine', env: { GCW_DATA_FOLDER: dataFolder } });

    const heard: unknown[] = [];
    child.onMessage((message) => heard.push(message));
    child.onExit((exit) => heard.push(exit));
    child.send({ type: 'run' });
    lastUtilityChild().emit('message', { type: 'done' });
    child.kill();
    lastUtilityChild().emit('exit', 3);
    child.send({ type: 'late' });
    expect(electronState.argsOf('utility.postMessage')).toEqual([[{ type: 'run' }]]);
    expect(electronState.argsOf('utility.kill')).toHaveLength(1);
    expect(heard).toEqual([{ type: 'done' }, { code: 3, signal: null }]);
    await new Promise<void>((resolve) =>
      child.onExit((exit) => {
        expect(exit.code).toBe(3);
        resolve();
      }),
    );
  });
});

describe('the adapter', () => {
  it('asks the system for files and shares the data folder of the other hosts', async () => {
    const { electronAdapter } = await import('#hosts/electron/electron-adapter.ts');
    const adapter = electronAdapter();
    expect(adapter.dataFolder).toBe(dataFolder);
    expect(adapter.capabilities()).toMatchObject({ nativeDialogs: true, defaultFolder: '/places/documents' });
    expect(await adapter.chooseFile('open-project')).toBeNull();
    electronState.dialogAnswer = { canceled: false, filePaths: ['/a/b.gcwproj'] };
    expect(await adapter.chooseFile('open-project')).toBe('/a/b.gcwproj');
    expect(await adapter.chooseData('files')).toEqual(['/a/b.gcwproj']);
    const [, folders] = [await adapter.chooseData('folders'), electronState.argsOf('dialog.showOpenDialog').at(-1)!];
    expect(folders[1]).toMatchObject({ properties: ['openDirectory', 'multiSelections'] });
    electronState.dialogAnswer = { canceled: true };
    expect(await adapter.chooseData('folders')).toEqual([]);
    electronState.dialogAnswer = { canceled: false, filePath: '/a/r.csv' };
    expect(await adapter.chooseFile('save-export', '../../ranking.csv')).toBe('/a/r.csv');
    const [[, options]] = electronState.argsOf('dialog.showSaveDialog') as [[unknown, { defaultPath: string }]];
    expect(options.defaultPath).toBe('/places/documents/ranking.csv');
  });
});

describe('the preload script', () => {
  it('tells the page where dropped files lie and hands on the port, nothing else', async () => {
    const listeners = new Map<string, () => void>();
    const posted: unknown[][] = [];
    vi.stubGlobal('window', {
      addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
      postMessage: (...args: unknown[]) => posted.push(args),
    });
    await import('#hosts/electron/preload.ts');
    const [[marker, bridge]] = electronState.argsOf('contextBridge.exposeInMainWorld') as [[string, DesktopBridge]];
    expect(marker).toBe('gcwDesktop');
    expect(Object.keys(bridge)).toEqual(['pathOf']);
    expect(bridge.pathOf({ name: 'cells.h5ad' })).toBe('/dropped/cells.h5ad');
    expect(electronState.argsOf('ipcRenderer.send')).toEqual([]);
    listeners.get('load')!();
    expect(electronState.argsOf('ipcRenderer.send')).toEqual([[PORT_REQUEST]]);
    ipcRenderer.emit(PORT_MESSAGE, { ports: ['the port'] });
    expect(posted).toEqual([[PORT_MESSAGE, 'app://workbench', ['the port']]]);
    expect(ipcRenderer.eventNames()).toEqual([PORT_MESSAGE]);
    vi.unstubAllGlobals();
  });
});
