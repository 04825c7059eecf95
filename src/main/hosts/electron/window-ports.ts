import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain, WebContents } from 'electron';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { APP_ORIGIN, PORT_MESSAGE, PORT_REQUEST } from '#shared/contract/transport.ts';

export interface WindowPortsParts {
  router: AnyRouter;
  ipcMain: IpcMain;
  createChannel: () => MessageChannelMain;
  /** Whether these contents belong to a window that this program opened. */
  isOwnWindow: (contents: WebContents) => boolean;
}

/** Gives each window one port to the contract when its page asks; a page that is loaded again gets a new one. */
export function serveWindowPorts({ router, ipcMain, createChannel, isOwnWindow }: WindowPortsParts): void {
  const handler = new RPCHandler(router);
  const ports = new Map<number, MessagePortMain>();

  ipcMain.on(PORT_REQUEST, (event) => {
    const frame = trustedFrame(event);
    if (!frame || !isOwnWindow(event.sender)) return;
    const { id } = event.sender;
    if (ports.has(id)) ports.get(id)!.close();
    else event.sender.once('destroyed', () => closePort(ports, id));
    const { port1, port2 } = createChannel();
    ports.set(id, port1);
    handler.upgrade(port1);
    port1.start();
    frame.postMessage(PORT_MESSAGE, null, [port2]);
  });
}

/** The sender's frame when it is the main frame and shows our own page; null for anything else. */
export function trustedFrame({ senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): IpcMainEvent['senderFrame'] {
  if (!senderFrame || senderFrame.parent !== null) return null;
  return senderFrame.url.startsWith(`${APP_ORIGIN}/`) ? senderFrame : null;
}

function closePort(ports: Map<number, MessagePortMain>, id: number): void {
  ports.get(id)?.close();
  ports.delete(id);
}
