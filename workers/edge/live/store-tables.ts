// The two tables of a coordinator's SQLite: long texts and small facts, by name. Texts are cut into
// rows of at most half a million characters, because a value may have 2 MB. What the names mean is
// coordinator-store.ts' matter.

const ROW_CHARS = 500_000;

export interface StoreTables {
  text(name: string): string | null;
  putText(name: string, text: string): void;
  facts<T>(name: string): T | null;
  putFacts(name: string, facts: unknown): void;
  /** Names of facts that begin so, the one written longest ago first. */
  names(prefix: string): readonly string[];
  drop(name: string): void;
}

/** Makes the tables if they are not there yet. */
export function makeStoreTables(sql: SqlStorage): StoreTables {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS texts (name TEXT, row INTEGER, text TEXT, PRIMARY KEY (name, row))",
  );
  sql.exec("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, json TEXT)");
  return {
    text(name) {
      const rows = sql
        .exec<{ text: string }>("SELECT text FROM texts WHERE name = ? ORDER BY row", name)
        .toArray();
      return rows.length === 0 ? null : rows.map(({ text }) => text).join("");
    },
    putText(name, text) {
      const rows = Math.max(1, Math.ceil(text.length / ROW_CHARS));
      for (let row = 0; row < rows; row++) {
        const piece = text.slice(row * ROW_CHARS, (row + 1) * ROW_CHARS);
        sql.exec("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", name, row, piece);
      }
      sql.exec("DELETE FROM texts WHERE name = ? AND row >= ?", name, rows);
    },
    facts<T>(name: string) {
      const query = "SELECT json FROM facts WHERE name = ?";
      const row = sql.exec<{ json: string }>(query, name).toArray()[0];
      return row === undefined ? null : (JSON.parse(row.json) as T);
    },
    putFacts(name, facts) {
      sql.exec("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, JSON.stringify(facts));
    },
    names(prefix) {
      const query = "SELECT name FROM facts WHERE substr(name, 1, ?) = ? ORDER BY rowid";
      const rows = sql.exec<{ name: string }>(query, prefix.length, prefix).toArray();
      return rows.map(({ name }) => name);
    },
    drop(name) {
      sql.exec("DELETE FROM facts WHERE name = ?", name);
      sql.exec("DELETE FROM texts WHERE name = ?", name);
    },
  };
}
