import { fork } from 'node:child_process';
import type { EngineChild, EngineExit } from '#jobs/engine-child.ts';

/**
 * Starts the engine child under Node.
 *
 * Note: its standard output goes to the error output, so that nothing it prints can spoil a result on standard output. It
 * has its own process group, so Ctrl-C in a terminal reaches the host only and the child ends at a checkpoint.
 */
export function forkEngine(entry: string, environment: Readonly<Record<string, string>> = {}): EngineChild {
  const child = fork(entry, [], {
    env: { ...process.env, ...environment },
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
    detached: process.platform !== 'win32',
  });
  let end: EngineExit | undefined;
  const listeners: ((exit: EngineExit) => void)[] = [];
  const ended = (exit: EngineExit): void => {
    if (end) return;
    end = exit;
    for (const listener of listeners) listener(exit);
  };
  child.on('error', () => ended({ code: null, signal: null }));
  child.on('exit', (code, signal) => ended({ code, signal }));
  return {
    pid: child.pid,
    send: (message) => {
      // A message to a child that has just ended is lost; its end is told through onExit.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      if (end) queueMicrotask(() => listener(end!));
      else listeners.push(listener);
    },
    kill: () => child.kill('SIGKILL'),
  };
}
