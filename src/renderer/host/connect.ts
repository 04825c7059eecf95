import { DESKTOP_MARKER } from '#shared/contract/transport.ts';
import type { Client } from '../api/client.ts';
import { connectThroughMessagePort } from './message-port.ts';
import { connectThroughWebSocket } from './web-socket.ts';

/** Finds the host, wherever the interface runs; the desktop leaves a mark on the window, all else is a browser. */
export function connect(): Promise<Client> {
  return DESKTOP_MARKER in window ? connectThroughMessagePort() : connectThroughWebSocket();
}
