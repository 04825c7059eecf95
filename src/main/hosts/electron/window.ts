import { BrowserWindow } from 'electron';
import { APP_ORIGIN } from '#shared/contract/transport.ts';
import { PAGE_PREFERENCES } from './security.ts';

/** Opens the window; it is shown once there is something to see. */
export function openWindow(preload: string, isPackaged: boolean): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360,
    height: 880,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'GeneCompass Workbench',
    webPreferences: { ...PAGE_PREFERENCES, preload, devTools: !isPackaged },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}
