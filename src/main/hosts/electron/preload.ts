import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  APP_ORIGIN,
  DESKTOP_MARKER,
  type DesktopBridge,
  PORT_MESSAGE,
  PORT_REQUEST,
} from '#shared/contract/transport.ts';

/** The part of the page's window that is used here. */
declare const window: {
  addEventListener(event: 'load', listener: () => void): void;
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
};

const bridge: DesktopBridge = {
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
};
contextBridge.exposeInMainWorld(DESKTOP_MARKER, bridge);

ipcRenderer.on(PORT_MESSAGE, (event) => window.postMessage(PORT_MESSAGE, APP_ORIGIN, event.ports));

// By then the page's modules have run, so somebody listens.
window.addEventListener('load', () => ipcRenderer.send(PORT_REQUEST));
