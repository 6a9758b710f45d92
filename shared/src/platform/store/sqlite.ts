import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { join } from 'node:path';
import { ToolError } from '../../contracts/index.ts';
import { ensureStateFolder } from '../state/index.ts';
import type { PutOptions, Store, Stored } from './store.ts';

interface Row {
  key: string;
  value: string;
  version: number;
  updated: number;
}

interface Statements {
  get: StatementSync;
  list: StatementSync;
  upsert: StatementSync;
  insert: StatementSync;
  update: StatementSync;
  remove: StatementSync;
}

/** A store in `state.db` of a folder: SQLite in WAL mode, opened on the first use. */
export function createStore(folder: string): Store {
  let opened: Promise<{ database: DatabaseSync; sql: Statements }> | undefined;
  const open = (): NonNullable<typeof opened> => (opened ??= openDatabase(folder));
  return {
    async get<T>(space: string, key: string) {
      const { sql } = await open();
      const row = sql.get.get(space, key) as Row | undefined;
      return row && read<T>(row);
    },
    async list<T>(space: string) {
      const { sql } = await open();
      return (sql.list.all(space) as unknown as Row[]).map((row) => read<T>(row));
    },
    async put(space, key, value, { ifVersion }: PutOptions = {}) {
      const { sql } = await open();
      const [text, now] = [JSON.stringify(value), Date.now()];
      if (ifVersion === undefined) return sql.upsert.run(space, key, text, now).changes === 1;
      if (ifVersion === 0) return sql.insert.run(space, key, text, now).changes === 1;
      return sql.update.run(text, now, space, key, ifVersion).changes === 1;
    },
    async remove(space, key) {
      const { sql } = await open();
      return sql.remove.run(space, key).changes === 1;
    },
    async close() {
      const wasOpened = opened;
      opened = undefined;
      (await wasOpened?.catch(() => undefined))?.database.close();
    },
  };
}

async function openDatabase(folder: string): Promise<{ database: DatabaseSync; sql: Statements }> {
  await ensureStateFolder(folder);
  // loaded with the first use: most starts never need it
  const { DatabaseSync: Database } = await import('node:sqlite');
  let database: DatabaseSync;
  try {
    database = new Database(join(folder, 'state.db'), { timeout: 5_000 });
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS document (
        space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL,
        PRIMARY KEY (space, key)
      ) WITHOUT ROWID;`);
  } catch (cause) {
    throw new ToolError('unavailable', 'The state database cannot be opened.', {
      hint: `Check that ${folder} can be written and that its state.db is intact.`,
      cause,
    });
  }
  const columns = 'key, value, version, updated';
  return {
    database,
    sql: {
      get: database.prepare(`SELECT ${columns} FROM document WHERE space = ? AND key = ?`),
      list: database.prepare(`SELECT ${columns} FROM document WHERE space = ? ORDER BY key`),
      upsert: database.prepare(
        `INSERT INTO document (space, key, value, version, updated) VALUES (?, ?, ?, 1, ?)
         ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, version = version + 1, updated = excluded.updated`,
      ),
      insert: database.prepare('INSERT INTO document (space, key, value, version, updated) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING'),
      update: database.prepare(
        'UPDATE document SET value = ?, version = version + 1, updated = ? WHERE space = ? AND key = ? AND version = ?',
      ),
      remove: database.prepare('DELETE FROM document WHERE space = ? AND key = ?'),
    },
  };
}

function read<T>({ key, value, version, updated }: Row): Stored<T> {
  return { key, value: JSON.parse(value) as T, version, updated };
}
