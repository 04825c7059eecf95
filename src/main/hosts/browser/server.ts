import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RPCHandler } from '@orpc/server/ws';
import type { AnyRouter } from '@orpc/server';
import { WebSocketServer } from 'ws';
import { RPC_PATH, SESSION_PATH, TOKEN_FRAGMENT } from '#shared/contract/transport.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { SECURITY_HEADERS } from '../content-security-policy.ts';
import { findPageFile, listPageFiles, type PageFile } from '../page-files.ts';
import { hasOwnHost, hasOwnOrigin } from './request-checks.ts';
import { SessionGate } from './session-gate.ts';

const LOOPBACK = '127.0.0.1';
/** Exports are saved through a message; nothing else is near this size. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
const GOING_AWAY = 1001;

export interface BrowserServerOptions {
  router: AnyRouter;
  rendererFolder: string;
  /** 0 takes a free one. */
  port: number;
}

export interface BrowserServer {
  /** With the one-time token in its fragment. */
  address: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Serves the window and the contract to one browser on this machine.
 *
 * Throws: `unavailable` when the window is not built, `conflict` when the port is taken.
 */
export async function startBrowserServer({
  router,
  rendererFolder,
  port,
}: BrowserServerOptions): Promise<BrowserServer> {
  const files = listPageFiles(rendererFolder);
  const handler = new RPCHandler(router);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const server = createServer();
  await listen(server, port);
  const { port: ownPort } = server.address() as AddressInfo;
  const gate = new SessionGate(ownPort);

  server.on('request', (request, response) => answer(request, response, gate, files));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { headers } = request;
    if (request.url !== RPC_PATH || !hasOwnHost(headers) || !hasOwnOrigin(headers) || !gate.admits(headers.cookie)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // Broken frames close the socket; the page connects again.
      webSocket.on('error', () => webSocket.terminate());
      void handler.upgrade(webSocket);
    });
  });

  return {
    address: `http://${LOOPBACK}:${ownPort}/#${TOKEN_FRAGMENT}=${gate.token}`,
    port: ownPort,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.close(GOING_AWAY);
        server.close(() => resolve());
        server.closeAllConnections();
        for (const client of sockets.clients) client.terminate();
      }),
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        taken
          ? new WorkbenchError('conflict', `Port ${port}: it is taken or not permitted; choose another with --port.`)
          : error,
      );
    });
    server.listen(port, LOOPBACK, () => resolve());
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gate: SessionGate,
  files: ReadonlyMap<string, PageFile>,
): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  if (!hasOwnHost(request.headers)) return end(response, 403);
  const address = (request.url ?? '').split('?')[0];
  if (address === SESSION_PATH) return trade(request, response, gate);
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
  const file = findPageFile(files, address);
  // Browsers ask for it unasked; the page has no icon file.
  if (!file) return end(response, address === '/favicon.ico' ? 204 : 404);
  response.setHeader('content-type', file.mediaType);
  if (file.isImmutable) response.setHeader('cache-control', 'private, max-age=31536000, immutable');
  if (request.method === 'HEAD') return end(response, 200);
  // A reader that goes away in the middle is no failure of the host.
  pipeline(createReadStream(file.file), response).catch(() => response.destroy());
}

function trade(request: IncomingMessage, response: ServerResponse, gate: SessionGate): void {
  if (request.method !== 'POST') return end(response, 405);
  if (!hasOwnOrigin(request.headers)) return end(response, 403);
  const [, token] = /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '') ?? [];
  // A page that is reloaded at its first address comes with a dead token and a live cookie.
  if (gate.admits(request.headers.cookie)) return end(response, 204);
  const cookie = token === undefined ? null : gate.trade(token);
  if (cookie === null) return end(response, 403);
  response.setHeader('set-cookie', cookie);
  end(response, 204);
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
