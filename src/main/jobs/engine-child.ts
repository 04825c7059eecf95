/** How a child process ended; both null when it could not be started. */
export interface EngineExit {
  code: number | null;
  signal: string | null;
}

/** A child process that runs the engine: Node's `fork` or Electron's `utilityProcess`. */
export interface EngineChild {
  readonly pid: number | undefined;
  /** Structured clone; a message to a child that has just ended is lost. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the child had ended before. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** At once and without its consent. */
  kill(): void;
}
