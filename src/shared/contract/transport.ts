/** Names that both ends of a connection between renderer and host must agree on. */

/** Browser host: POST with the one-time token as the body; answers 204 and a session cookie, once. */
export const SESSION_PATH = '/session';

/** Browser host: the WebSocket of the contract; needs the session cookie. */
export const RPC_PATH = '/rpc';

/** Browser host: `http://127.0.0.1:PORT/#token=…`; a fragment is never sent to a server. */
export const TOKEN_FRAGMENT = 'token';

/** Electron: where the renderer is served from; nothing else may load. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'workbench';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** Electron: the page posts this to its own window to ask for a port; the main process gets it from the preload script. */
export const PORT_REQUEST = 'gcw:port-request';

/** Electron: the answer, a window message whose only transferred object is the MessagePort of the contract. */
export const PORT_ANSWER = 'gcw:port';
