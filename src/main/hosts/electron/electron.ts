import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session } from 'electron';
import { toWorkbenchError } from '#shared/errors/workbench-error.ts';
import { assemble } from '../assemble.ts';
import { engineEntry, engineEnvironment, programRoot } from '../places.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { electronAdapter } from './electron-adapter.ts';
import { windowMenu } from './menu.ts';
import { lockProgram, lockSession } from './security.ts';
import { utilityEngine } from './utility-engine.ts';
import { serveWindowPorts } from './window-ports.ts';
import { openWindow } from './window.ts';

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  lockProgram(app);
  registerAppScheme(protocol);
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => app.quit());
  app.whenReady().then(run).catch(giveUp);
}

function run(): void {
  const { folder } = programRoot();
  lockSession(session.defaultSession);
  serveApp(protocol, path.join(folder, 'out', 'renderer'));
  Menu.setApplicationMenu(Menu.buildFromTemplate(windowMenu(process.platform, app.isPackaged)));

  const host = electronAdapter();
  const workbench = assemble(host, { spawnEngine: () => utilityEngine(engineEntry(), engineEnvironment(host)) });
  serveWindowPorts({
    router: workbench.router,
    ipcMain,
    createChannel: () => new MessageChannelMain(),
    isOwnWindow: (contents) => BrowserWindow.getAllWindows().some((window) => window.webContents === contents),
  });
  quitAfter(() => workbench.close());
  openWindow(path.join(folder, 'out', 'preload', 'preload.cjs'), app.isPackaged);
}

/** The program ends once a running job has reached its checkpoint and the project is closed. */
function quitAfter(close: () => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    close()
      .catch((thrown: unknown) => dialog.showErrorBox('GeneCompass Workbench', toWorkbenchError(thrown).message))
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

function giveUp(thrown: unknown): void {
  const error = toWorkbenchError(thrown);
  dialog.showErrorBox('GeneCompass Workbench', error.message);
  app.exit(error.exitStatus);
}
