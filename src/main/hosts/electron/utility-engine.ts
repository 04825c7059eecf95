import { utilityProcess } from 'electron';
import type { EngineChild, EngineExit } from '#jobs/engine-child.ts';

/** Starts the engine child as a utility process: Electron's own Node, no second program to ship. */
export function utilityEngine(entry: string, environment: Readonly<Record<string, string>> = {}): EngineChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'GeneCompass engine',
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  let end: EngineExit | undefined;
  const listeners: ((exit: EngineExit) => void)[] = [];
  child.once('exit', (code) => {
    end = { code, signal: null };
    for (const listener of listeners) listener(end);
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => {
      if (!end) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      if (end) queueMicrotask(() => listener(end!));
      else listeners.push(listener);
    },
    kill: () => void child.kill(),
  };
}
