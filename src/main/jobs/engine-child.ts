/** How an engine child ended; both null when nobody knows. */
export interface EngineExit {
  code: number | null;
  signal: string | null;
}

/** A started engine child, whatever started it (`fork` of Node, `utilityProcess` of Electron). */
export interface EngineChild {
  readonly pid: number | undefined;
  /** Structured clone; nothing is delivered once the child has ended. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the child could not be started. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export type SpawnEngine = () => EngineChild;

/** The child's end of the same channel. */
export interface EngineParent {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent is gone: nobody will ever ask again. */
  onClose(listener: () => void): void;
}
