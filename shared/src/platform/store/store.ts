/** One document as it is stored. Times are milliseconds since the epoch. */
export interface Stored<T> {
  key: string;
  value: T;
  /** Grows by one with every write; for compare-and-set. */
  version: number;
  updated: number;
}

export interface PutOptions {
  /** Write only if the stored version is this one; 0: only if there is none. */
  ifVersion?: number;
}

/**
 * Small documents by name space and key, shared by every process of one person. One asynchronous face, so that another
 * engine can stand behind it. Every read-modify-write goes through `ifVersion`.
 */
export interface Store {
  get<T>(space: string, key: string): Promise<Stored<T> | undefined>;
  list<T>(space: string): Promise<Stored<T>[]>;
  /** False if `ifVersion` did not hold: read again and decide anew. */
  put(space: string, key: string, value: unknown, options?: PutOptions): Promise<boolean>;
  remove(space: string, key: string): Promise<boolean>;
  close(): Promise<void>;
}
