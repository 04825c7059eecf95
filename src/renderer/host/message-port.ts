import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { Client } from '../api/client.ts';

/** Message that carries the port to the host; the preload sends it once. */
export const PORT_MESSAGE = 'gcw:port';

/** The desktop: a port to the main process arrives as a window message from this very window. */
export function connectThroughMessagePort(): Promise<Client> {
  return new Promise((resolve) => {
    window.addEventListener('message', function take(event: MessageEvent) {
      if (event.source !== window || event.data !== PORT_MESSAGE || !event.ports[0]) return;
      window.removeEventListener('message', take);
      const port = event.ports[0];
      const link = new RPCLink({ port });
      port.start();
      resolve(createORPCClient(link));
    });
  });
}
