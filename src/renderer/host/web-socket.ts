import { createORPCClient, DynamicLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { RPC_PATH, SESSION_PATH, TOKEN_FRAGMENT } from '#shared/contract/transport.ts';
import type { Client } from '../api/client.ts';

/** The browser host: the one-time token of the address becomes a cookie, then a socket is opened. */
export async function connectThroughWebSocket(): Promise<Client> {
  await tradeToken();
  const current = reopening();
  await current();
  return createORPCClient(new DynamicLink(current));
}

/** The open link; after a closed socket (a sleeping laptop, a dropped tunnel) the next call opens a new one. */
function reopening(): () => Promise<RPCLink<Record<never, never>>> {
  let open: Promise<RPCLink<Record<never, never>>> | null = null;
  const forget = () => (open = null);
  return () => {
    open ??= openLink(forget).catch((reason: unknown) => {
      forget();
      throw reason;
    });
    return open;
  };
}

async function openLink(closed: () => void): Promise<RPCLink<Record<never, never>>> {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const websocket = new WebSocket(`${scheme}//${location.host}${RPC_PATH}`);
  websocket.addEventListener('close', closed, { once: true });
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true });
    websocket.addEventListener('close', () => reject(new Error(`${location.host} does not answer`)), { once: true });
  });
  return new RPCLink({ websocket });
}

async function tradeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get(TOKEN_FRAGMENT);
  if (!token) return;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  const answer = await fetch(SESSION_PATH, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${location.host} refused the token of the address: it was used before.`);
}
