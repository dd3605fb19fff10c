import type { DatabaseSync } from 'node:sqlite';
import type { Change } from '../../../lib/kit/audit.ts';
import type { Clock } from '../../../lib/kit/clock.ts';

/** Who changes something, and why. */
export interface Author {
  actor: string;
  reason?: string | undefined;
}

export interface AuditRecord extends Change {
  id: number;
  /** Business time. */
  at: string;
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  object?: string | undefined;
  /** Business time, epoch ms, inclusive. */
  fromMs?: number | undefined;
  /** Business time, epoch ms, exclusive. */
  toMs?: number | undefined;
  /** Only records with a smaller id: the next page. */
  before?: number | undefined;
  limit: number;
}

/** The registry's memory of every change, written in the transaction that makes it. Never rewritten. */
export interface Journal {
  write(author: Author, action: string, object: string, before: unknown, after: unknown): void;
  /** Newest first. */
  find(filter: AuditFilter): AuditRecord[];
  /** Oldest records the event log has not got yet. */
  unpublished(limit: number): AuditRecord[];
  published(id: number): void;
  /** Grows with every change. */
  revision(): number;
  onWrite(listener: (action: string) => void): void;
}

export function createJournal(database: DatabaseSync, clock: Clock): Journal {
  const insert = database.prepare(
    'INSERT INTO audit (at_ms, actor, action, object, before, after, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(`
    SELECT * FROM audit
    WHERE ($actor IS NULL OR actor = $actor) AND ($action IS NULL OR action = $action)
      AND ($object IS NULL OR object = $object)
      AND at_ms >= $from AND at_ms < $to AND id < $before
    ORDER BY id DESC LIMIT $limit`);
  const waiting = database.prepare('SELECT * FROM audit WHERE published = 0 ORDER BY id LIMIT ?');
  const mark = database.prepare('UPDATE audit SET published = 1 WHERE id = ?');
  const last = database.prepare('SELECT coalesce(max(id), 0) AS id FROM audit');
  const listeners: ((action: string) => void)[] = [];

  return {
    write({ actor, reason }, action, object, before, after) {
      const json = (value: unknown) => JSON.stringify(value ?? null);
      insert.run(clock.now(), actor, action, object, json(before), json(after), reason ?? null);
      for (const listener of listeners) listener(action);
    },
    find: (filter) =>
      select
        .all({
          $actor: filter.actor ?? null,
          $action: filter.action ?? null,
          $object: filter.object ?? null,
          $from: filter.fromMs ?? Number.MIN_SAFE_INTEGER,
          $to: filter.toMs ?? Number.MAX_SAFE_INTEGER,
          $before: filter.before ?? Number.MAX_SAFE_INTEGER,
          $limit: filter.limit,
        })
        .map(toRecord),
    unpublished: (limit) => waiting.all(limit).map(toRecord),
    published: (id) => void mark.run(id),
    revision: () => Number(last.get()!.id),
    onWrite: (listener) => void listeners.push(listener),
  };
}

const toRecord = (row: Record<string, unknown>): AuditRecord => ({
  id: Number(row.id),
  at: new Date(Number(row.at_ms)).toISOString(),
  actor: String(row.actor),
  action: String(row.action),
  object: String(row.object),
  before: JSON.parse(String(row.before)),
  after: JSON.parse(String(row.after)),
  reason: row.reason === null ? undefined : String(row.reason),
});
