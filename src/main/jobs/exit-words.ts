import type { EngineExit } from './engine-child.ts';

/** Why an engine process ended, in words a scientist can act on. */
export function describeExit({ code, signal }: EngineExit): { diagnosis: string; outOfMemory: boolean } {
  if (signal === 'SIGKILL' || code === 137 || code === 134) {
    return {
      diagnosis: 'the operating system ended the engine process, most likely because memory ran out',
      outOfMemory: true,
    };
  }
  if (signal) return { diagnosis: `the engine process was ended by ${signal}`, outOfMemory: false };
  if (code === null) return { diagnosis: 'the engine process could not be started', outOfMemory: false };
  return { diagnosis: `the engine process ended by itself with status ${code}`, outOfMemory: false };
}
