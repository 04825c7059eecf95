import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { IpcMain, MessageChannelMain as RealChannel } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { serveWindowPorts, trustedFrame } from '#hosts/electron/window-ports.ts';
import type { Client } from '#hosts/cli/follow-job.ts';
import { PORT_MESSAGE, PORT_REQUEST } from '#shared/contract/transport.ts';
import { electronState, ipcMain, MessageChannelMain, StubContents } from '#tests/support/electron-stub.ts';
import { fakeServices, JOB_ID, progressEvent } from '../support/fake-services.ts';
import { until } from '../../support/until.ts';

type Port = MessageChannelMain['port2'];

const services = fakeServices({ runsUntilCancelled: 99, events: [progressEvent('Reading', 1, 2)] });
let sent: { message: string; port: Port }[] = [];

beforeEach(() => {
  electronState.reset();
  sent = [];
  serveWindowPorts({
    router: services.router,
    ipcMain: ipcMain as unknown as IpcMain,
    createChannel: () => new MessageChannelMain() as unknown as RealChannel,
    isOwnWindow: (contents) => contents.id === 1,
  });
});

function askForPort(sender = new StubContents(1), frame: Record<string, unknown> | null = {}): StubContents {
  const senderFrame = frame && {
    parent: null,
    url: 'app://workbench/#/',
    postMessage: (message: string, _nothing: null, [port]: Port[]) => sent.push({ message, port }),
    ...frame,
  };
  ipcMain.emit(PORT_REQUEST, { sender, senderFrame });
  return sender;
}

function clientOf(port: Port): Client {
  port.start();
  return createORPCClient(new RPCLink({ port: port as never }));
}

describe('the port of a window', () => {
  it('leads to the contract', async () => {
    askForPort();
    expect(sent.map(({ message }) => message)).toEqual([PORT_MESSAGE]);
    expect(await clientOf(sent[0].port).project.info()).toMatchObject({ name: 'blood' });
  });

  it('is replaced when the page is loaded again, and its streams end', async () => {
    const sender = askForPort();
    const stream = await clientOf(sent[0].port).jobs.watch({ jobId: JOB_ID });
    await stream.next();
    expect(services.streamsOpen()).toBe(1);
    askForPort(sender);
    expect(sent).toHaveLength(2);
    await until(() => expect(services.streamsOpen()).toBe(0));
    expect(await clientOf(sent[1].port).project.info()).toMatchObject({ name: 'blood' });
  });

  it('is closed with the window', async () => {
    const sender = askForPort();
    const stream = await clientOf(sent[0].port).jobs.watch({ jobId: JOB_ID });
    await stream.next();
    sender.emit('destroyed');
    await until(() => expect(services.streamsOpen()).toBe(0));
    expect(sender.listenerCount('destroyed')).toBe(0);
  });

  it.each([
    ['contents that are no window of ours', new StubContents(2), {}],
    ['a frame inside the page', new StubContents(1), { parent: {} }],
    ['a foreign page', new StubContents(1), { url: 'https://example.org/' }],
    ['a page with a name like ours', new StubContents(1), { url: 'app://workbench.evil/' }],
    ['a frame that is gone', new StubContents(1), null],
  ])('is not given to %s', (_who, sender, frame) => {
    askForPort(sender, frame);
    expect(sent).toEqual([]);
  });

  it('needs a frame to be trusted', () => {
    expect(trustedFrame({ senderFrame: null })).toBeNull();
  });
});
