/** The part of the driver that is used; its package does not export its own declarations. */
declare module 'better-sqlite3-multiple-ciphers' {
  namespace Database {
    interface Statement<P extends unknown[]> {
      run(...values: P): { changes: number; lastInsertRowid: number | bigint };
      get(...values: P): unknown;
      all(...values: P): unknown[];
    }
    interface Database {
      readonly open: boolean;
      prepare<P extends unknown[]>(text: string): Statement<P>;
      exec(text: string): this;
      pragma(text: string, options?: { simple?: boolean }): unknown;
      transaction<T>(work: () => T): { immediate(): T };
      key(key: Buffer): number;
      rekey(key: Buffer): number;
      close(): this;
    }
  }
  const Database: new (
    file: string,
    options?: { fileMustExist?: boolean; timeout?: number; readonly?: boolean },
  ) => Database.Database;
  export default Database;
}
