import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** One call that the program made of Electron: `app.enableSandbox`, with its arguments. */
export interface RecordedCall {
  name: string;
  args: unknown[];
}

/** What the tests read and steer; `reset` starts over. */
export const electronState = {
  calls: [] as RecordedCall[],
  hasLock: true,
  isPackaged: true,
  dialogAnswer: { canceled: true } as { canceled: boolean; filePath?: string; filePaths?: string[] },
  reset(): void {
    this.calls.length = 0;
    this.hasLock = true;
    this.isPackaged = true;
    this.dialogAnswer = { canceled: true };
    windows.length = 0;
    utilityChildren.length = 0;
    for (const emitter of [app, ipcMain, ipcRenderer, defaultSession]) emitter.removeAllListeners();
    ready = new Promise((resolve) => (makeReady = resolve));
  },
  makeReady: () => makeReady(),
  argsOf: (name: string): unknown[][] =>
    electronState.calls.filter((call) => call.name === name).map(({ args }) => args),
};

const windows: BrowserWindow[] = [];
const utilityChildren: StubUtilityChild[] = [];
let makeReady: () => void = () => {};
let ready = new Promise<void>((resolve) => (makeReady = resolve));

function record<T>(name: string, answer?: (...args: never[]) => T) {
  return (...args: unknown[]): T => {
    electronState.calls.push({ name, args });
    return (answer as ((...given: unknown[]) => T) | undefined)?.(...args) as T;
  };
}

/** An emitter whose listeners are found again, with methods that are written down. */
function part<T extends object>(methods: T): EventEmitter & T {
  return Object.assign(new EventEmitter(), methods);
}

export const app = part({
  get isPackaged() {
    return electronState.isPackaged;
  },
  commandLine: { appendSwitch: record('app.commandLine.appendSwitch') },
  enableSandbox: record('app.enableSandbox'),
  requestSingleInstanceLock: record('app.requestSingleInstanceLock', () => electronState.hasLock),
  whenReady: () => ready,
  quit: record('app.quit'),
  exit: record('app.exit'),
  getPath: (name: string) => `/places/${name}`,
});

export const defaultSession = part({
  setPermissionRequestHandler: record('session.setPermissionRequestHandler'),
  setPermissionCheckHandler: record('session.setPermissionCheckHandler'),
  setDevicePermissionHandler: record('session.setDevicePermissionHandler'),
  setSpellCheckerEnabled: record('session.setSpellCheckerEnabled'),
  webRequest: { onBeforeRequest: record('session.webRequest.onBeforeRequest') },
});
export const session = { defaultSession };

export const protocol = {
  registerSchemesAsPrivileged: record('protocol.registerSchemesAsPrivileged'),
  handle: record('protocol.handle'),
};

export const ipcMain = part({});
export const ipcRenderer = part({ send: record('ipcRenderer.send') });
export const webUtils = { getPathForFile: (file: { name: string }) => `/dropped/${file.name}` };
export const contextBridge = { exposeInMainWorld: record('contextBridge.exposeInMainWorld') };

export const dialog = {
  showErrorBox: record('dialog.showErrorBox'),
  showOpenDialog: record('dialog.showOpenDialog', () => Promise.resolve(electronState.dialogAnswer)),
  showSaveDialog: record('dialog.showSaveDialog', () => Promise.resolve(electronState.dialogAnswer)),
};

export const Menu = {
  buildFromTemplate: record('Menu.buildFromTemplate'),
  setApplicationMenu: record('Menu.setApplicationMenu'),
};

export class StubContents extends EventEmitter {
  readonly id: number;
  windowOpenHandler: (() => unknown) | undefined;

  constructor(id: number) {
    super();
    this.id = id;
  }

  setWindowOpenHandler(handler: () => unknown): void {
    this.windowOpenHandler = handler;
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new StubContents(windows.length + 1);
  show = record('window.show');
  focus = record('window.focus');
  restore = record('window.restore');
  isMinimized = (): boolean => true;

  constructor(options: unknown) {
    super();
    electronState.calls.push({ name: 'new BrowserWindow', args: [options] });
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL(url: string): Promise<void> {
    electronState.calls.push({ name: 'window.loadURL', args: [url] });
    return Promise.resolve();
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return null;
  }
}

/** A port of Node in the clothes of Electron's: events carry `data`. */
class StubPort extends EventEmitter {
  readonly port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.port = port;
  }

  start(): void {
    this.port.on('message', (data: unknown) => this.emit('message', { data }));
    this.port.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.port.postMessage(message);
  }

  close(): void {
    this.port.close();
  }
}

export class MessageChannelMain {
  readonly port1: StubPort;
  readonly port2: StubPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StubPort(port1);
    this.port2 = new StubPort(port2);
  }
}

export class StubUtilityChild extends EventEmitter {
  pid = 4711;
  postMessage = record('utility.postMessage');
  kill = record('utility.kill');
}

export const utilityProcess = {
  fork: record('utilityProcess.fork', () => {
    const child = new StubUtilityChild();
    utilityChildren.push(child);
    return child;
  }),
};

export const lastUtilityChild = (): StubUtilityChild => utilityChildren.at(-1)!;
