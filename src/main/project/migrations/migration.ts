/** One step from a schema version to the next; a released one never changes. */
export interface Migration {
  /** The version the project has afterwards. */
  version: number;
  statements: string;
}
