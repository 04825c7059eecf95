import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { PORT_MESSAGE } from '#shared/contract/transport.ts';
import type { Client } from '../api/client.ts';

/** The desktop: a port to the main process arrives as a message of this very window, once the page has loaded. */
export function connectThroughMessagePort(): Promise<Client> {
  return new Promise((resolve) => {
    window.addEventListener('message', function take(event: MessageEvent) {
      const [port] = event.ports;
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', take);
      const link = new RPCLink({ port });
      port.start();
      resolve(createORPCClient(link));
    });
  });
}
