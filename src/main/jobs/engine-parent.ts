import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { EngineParent } from './engine-child.ts';

/** What Electron adds to `process` in a utility process. */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/**
 * The channel to the process that started this one.
 *
 * Throws: `unavailable` when this process is not a child of the workbench.
 */
export function engineParent(): EngineParent {
  const { parentPort } = process as unknown as { parentPort?: ElectronParentPort };
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onClose: (listener) => parentPort.on('close', listener),
    };
  }
  if (!process.send) {
    throw new WorkbenchError(
      'unavailable',
      'Engine: it is started by the workbench, not by hand; run gcw or npm start instead.',
    );
  }
  return {
    send: (message) => {
      if (process.connected) process.send!(message);
    },
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
  };
}
