import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { Client } from '../api/client.ts';

/** The browser host: the one-time token of the address becomes a cookie, then a socket is opened. */
export async function connectThroughWebSocket(): Promise<Client> {
  await tradeToken();
  const address = new URL('rpc', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  const websocket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true });
    websocket.addEventListener('error', () => reject(new Error(`${address.host} does not answer`)), { once: true });
  });
  return createORPCClient(new RPCLink({ websocket }));
}

async function tradeToken(): Promise<void> {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(null, '', `${location.pathname}#/`);
  const answer = await fetch('session', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${location.host} refused the token of the address`);
}
