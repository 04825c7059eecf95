import type { CommandWorld } from '#hosts/cli/run-command.ts';
import { fakeServices, type FakePlan } from './fake-services.ts';

export interface FakeWorldOptions {
  plan?: FakePlan;
  environment?: Record<string, string>;
  /** Answers of a person at a terminal, in order; without it nobody can be asked. */
  typed?: string[];
  isTerminal?: boolean;
}

/** A command line without a process: everything it writes is kept. */
export function fakeWorld(options: FakeWorldOptions = {}) {
  const services = fakeServices(options.plan);
  const written = { output: '', messages: '' };
  const questions: string[] = [];
  const listeners = new Set<() => void>();
  let nConnected = 0;
  let nClosed = 0;
  const typed = options.typed && [...options.typed];
  const world: CommandWorld = {
    version: '9.8.7',
    environment: options.environment ?? {},
    output: { write: (text) => (written.output += text) },
    messages: { write: (text) => (written.messages += text), isTTY: options.isTerminal ?? false, columns: 80 },
    askSecret: typed && ((question) => (questions.push(question), Promise.resolve(typed.shift() ?? ''))),
    connect: () => {
      nConnected++;
      return { client: services.client, close: () => Promise.resolve(void nClosed++) };
    },
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    ...services,
    world,
    written,
    questions,
    connections: () => ({ nConnected, nClosed }),
    interrupt: () => listeners.forEach((listener) => listener()),
    isListening: () => listeners.size > 0,
  };
}
