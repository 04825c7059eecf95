import type { ReadStream, WriteStream } from 'node:tty';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const ENTER = new Set(['\r', '\n', '\u0004']);
const ERASE = new Set(['\u007F', '\b']);
const INTERRUPT = '\u0003';

/**
 * Reads one line of a terminal without showing it.
 *
 * Throws: `cancelled` on Ctrl-C.
 */
export function askSecret(
  question: string,
  input: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'setEncoding'>,
  output: Pick<WriteStream, 'write'>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const finish = (settle: () => void): void => {
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const onData = (chunk: string | Buffer): void => {
      for (const key of String(chunk)) {
        if (key === INTERRUPT) {
          return finish(() => reject(new WorkbenchError('cancelled', `${question}: cancelled.`)));
        }
        if (ENTER.has(key)) return finish(() => resolve(typed.join('')));
        if (ERASE.has(key)) typed.pop();
        else typed.push(key);
      }
    };
    // Raw before the question is shown: whoever answers at once would see it echoed otherwise.
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', onData);
    input.resume();
    output.write(`${question}: `);
  });
}
