import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startBrowserServer, type BrowserServer } from '#hosts/browser/server.ts';
import { SessionGate } from '#hosts/browser/session-gate.ts';
import type { Client } from '#hosts/cli/follow-job.ts';
import { fromOrpc } from '#shared/errors/from-orpc.ts';
import { fakeServices, JOB_ID, progressEvent } from '../support/fake-services.ts';
import { until } from '../../support/until.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

let folder: string;
let server: BrowserServer;
let services: ReturnType<typeof fakeServices>;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gcw-browser-'));
  mkdirSync(path.join(folder, 'out', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'out', 'index.html'), '<!doctype html><title>window</title>');
  writeFileSync(path.join(folder, 'out', 'assets', 'app-1.js'), 'export {}');
  writeFileSync(path.join(folder, 'out', 'notes.secret'), 'not served');
  writeFileSync(path.join(folder, 'outside.html'), 'outside');
  symlinkSync(path.join(folder, 'outside.html'), path.join(folder, 'out', 'link.html'));
  services = fakeServices({
    runsUntilCancelled: 99,
    events: [progressEvent('Reading', 1, 2), progressEvent('Reading', 2, 2)],
  });
  server = await startBrowserServer({ router: services.router, rendererFolder: path.join(folder, 'out'), port: 0 });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  rmSync(folder, { recursive: true });
});

const origin = (): string => `http://127.0.0.1:${server.port}`;
const token = (): string => new URL(server.address).hash.replace('#token=', '');

/** Unlike `fetch`, sends the path and the headers exactly as they are given. */
function ask(address: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: address, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const trade = (value: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('/session', 'POST', { origin: origin(), authorization: `Bearer ${value}`, ...headers });

async function enter(): Promise<string> {
  const { headers } = await trade(token());
  return headers['set-cookie']![0].split(';')[0];
}

/** Resolves with the open socket, or with the status of the refusal. */
function openSocket(headers: Record<string, string>, address = '/rpc'): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${address}`, { headers });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', reject);
  });
}

async function connect(): Promise<{ client: Client; socket: WebSocket }> {
  const socket = await openSocket({ origin: origin(), cookie: await enter() });
  if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
  return { client: createORPCClient(new RPCLink({ websocket: socket as never })), socket };
}

describe('pages', () => {
  it('are served with the security policy and never from a store', async () => {
    const answer = await ask('/');
    expect(answer).toMatchObject({ status: 200, body: '<!doctype html><title>window</title>' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    const policy = answer.headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('may keep files whose names change with their content', async () => {
    const { headers } = await ask('/assets/app-1.js');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    });
  });

  it.each([
    '/../outside.html',
    '/assets/../../outside.html',
    '/%2e%2e/outside.html',
    '/..%2foutside.html',
    '/%5c..%5coutside.html',
    '//etc/passwd',
    '/%00',
    '/%zz',
    '/link.html',
    '/notes.secret',
    '/assets',
    '/assets/',
    'http://127.0.0.1/../outside.html',
  ])('has nothing outside its list: %s', async (address) => {
    const answer = await ask(address);
    expect(answer.status).toBe(404);
    expect(answer.body).toBe('');
  });

  it('answers to no other name of this address', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ])
      expect((await ask('/', 'GET', { host })).status, host).toBe(403);
    for (const host of [`localhost:${server.port}`, '127.0.0.1:8080', '[::1]:9'])
      expect((await ask('/', 'GET', { host })).status, host).toBe(200);
  });

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', method)).status).toBe(405);
    expect((await ask('/session')).status).toBe(405);
    expect(await ask('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});

describe('the one-time token', () => {
  it('is in the fragment only and gives the session once', async () => {
    expect(new URL(server.address).search).toBe('');
    expect(token()).toMatch(/^[\w-]{43}$/);
    const first = await trade(token());
    expect(first.status).toBe(204);
    expect(first.headers['set-cookie']![0]).toMatch(
      new RegExp(`^gcw-session-${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const second = await trade(token());
    expect(second.status).toBe(403);
    expect(second.headers).not.toHaveProperty('set-cookie');
  });

  it('does not trouble the browser that has the session', async () => {
    const cookie = await enter();
    expect((await trade(token(), { cookie })).status).toBe(204);
  });

  it('survives a wrong guess and a foreign page', async () => {
    expect((await trade('x'.repeat(43))).status).toBe(403);
    expect((await trade(token(), { origin: 'http://evil.example' })).status).toBe(403);
    expect((await trade(token(), { origin: `http://localhost:${server.port}` })).status).toBe(403);
    expect((await ask('/session', 'POST', { authorization: `Bearer ${token()}` })).status).toBe(403);
    expect((await trade(token(), { host: 'evil.example', origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/session', 'POST', { origin: origin() })).status).toBe(403);
    expect((await trade(token())).status).toBe(204);
  });

  it('admits nobody before it is traded, nor with the cookie of another host', () => {
    const gate = new SessionGate(1);
    const other = new SessionGate(1);
    const cookie = other.trade(other.token)!;
    expect(other.admits(`a=b; ${cookie.split(';')[0]}`)).toBe(true);
    expect(gate.admits(cookie)).toBe(false);
    gate.trade(gate.token);
    expect(gate.admits(cookie)).toBe(false);
    expect(gate.admits(undefined)).toBe(false);
  });
});

describe('the socket', () => {
  it.each([
    ['no cookie', () => ({ origin: origin() })],
    ['a made-up cookie', () => ({ origin: origin(), cookie: `gcw-session-${server.port}=${'x'.repeat(43)}` })],
  ])('is refused with %s', async (_what, headers) => {
    await enter();
    expect(await openSocket(headers() as unknown as Record<string, string>)).toBe(403);
  });

  it('is refused to foreign pages, foreign names and other paths even with the cookie', async () => {
    const cookie = await enter();
    expect(await openSocket({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await openSocket({ cookie })).toBe(403);
    expect(await openSocket({ cookie, host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
    expect(await openSocket({ cookie, origin: origin() }, '/other')).toBe(403);
    expect(services.calls).toEqual([]);
  });

  it('carries calls and typed errors', async () => {
    const { client } = await connect();
    expect(await client.project.info()).toMatchObject({ name: 'blood' });
    const thrown = await client.dataset.inspect({ input: ['b.h5ad'] }).catch((error: unknown) => error);
    expect(fromOrpc(thrown).toData()).toEqual({
      code: 'not-found',
      message: 'b.h5ad: no such file; check the path.',
      details: { a: 1 },
    });
  });

  it('ends a stream on the host when the page leaves it', async () => {
    const { client } = await connect();
    const stages: number[] = [];
    for await (const event of await client.jobs.watch({ jobId: JOB_ID })) {
      if (event.type === 'progress') stages.push(event.progress.done);
      if (stages.length === 2) break;
    }
    expect(stages).toEqual([1, 2]);
    await until(() => expect(services.streamsOpen()).toBe(0));
  });

  it('ends streams on the host when the page is gone', async () => {
    const { client, socket } = await connect();
    const stream = await client.jobs.watch({ jobId: JOB_ID });
    await stream.next();
    expect(services.streamsOpen()).toBe(1);
    socket.terminate();
    await until(() => expect(services.streamsOpen()).toBe(0));
  });

  it('tells a caller that the host is gone', async () => {
    const { client } = await connect();
    const stream = await client.jobs.watch({ jobId: JOB_ID });
    await stream.next();
    await stream.next();
    const third = stream.next().catch((error: unknown) => error);
    await server.close();
    expect(fromOrpc(await third).code).toBe('unavailable');
    const late = await client.project.info().catch((error: unknown) => error);
    expect(fromOrpc(late).code).toBe('unavailable');
  });
});

describe('starting', () => {
  it('needs a built window and a free port', async () => {
    const { router } = services;
    await expect(
      startBrowserServer({ router, rendererFolder: path.join(folder, 'no'), port: 0 }),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(
      startBrowserServer({ router, rendererFolder: path.join(folder, 'out'), port: server.port }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
