/** Names that both ends of a connection between renderer and host must agree on. */

/** Browser host: POST with `Authorization: Bearer TOKEN`; answers 204 and a session cookie, once. */
export const SESSION_PATH = '/session';

/** Browser host: the WebSocket of the contract; needs the session cookie. */
export const RPC_PATH = '/rpc';

/** Browser host: `http://127.0.0.1:PORT/#token=…`; a fragment is never sent to a server. */
export const TOKEN_FRAGMENT = 'token';

/** Electron: where the renderer is served from; nothing else may load. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'workbench';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** Electron: a property of `window`; a `DesktopBridge`. */
export const DESKTOP_MARKER = 'gcwDesktop';

/** What the desktop gives the page besides the contract. */
export interface DesktopBridge {
  /** Where a file that was dropped on the window lies; empty for one that lies nowhere. */
  pathOf(file: object): string;
}

/** Electron: a message of the window to itself, once the page has loaded; its one port leads to the contract. */
export const PORT_MESSAGE = 'gcw:port';

/** Electron: the preload script asks the main process for the port. */
export const PORT_REQUEST = 'gcw:port-request';
