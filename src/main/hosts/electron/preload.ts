import { contextBridge, ipcRenderer } from 'electron';
import { APP_ORIGIN, DESKTOP_MARKER, PORT_MESSAGE, PORT_REQUEST } from '#shared/contract/transport.ts';

/** The part of the page's window that is used here. */
declare const window: {
  addEventListener(event: 'load', listener: () => void): void;
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
};

contextBridge.exposeInMainWorld(DESKTOP_MARKER, true);

ipcRenderer.on(PORT_MESSAGE, (event) => window.postMessage(PORT_MESSAGE, APP_ORIGIN, event.ports));

// By then the page's modules have run, so somebody listens.
window.addEventListener('load', () => ipcRenderer.send(PORT_REQUEST));
