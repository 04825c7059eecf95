import type { Client } from '../api/client.ts';
import { connectThroughMessagePort } from './message-port.ts';
import { connectThroughWebSocket } from './web-socket.ts';

/**
 * Finds the host, wherever the interface runs.
 *
 * Note: the desktop's preload announces itself by a marker on `window`; everything else was served by the browser host.
 */
export function connect(): Promise<Client> {
  return 'gcwDesktop' in window ? connectThroughMessagePort() : connectThroughWebSocket();
}
