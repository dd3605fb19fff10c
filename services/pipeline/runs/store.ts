import type { Clock } from '../../../lib/kit/clock.ts';
import { openDatabase, transact } from '../../../lib/kit/sqlite.ts';
import { errors } from '../errors.ts';
import type { JobResult } from '../job.ts';

export type RunStatus = 'running' | 'succeeded' | 'failed';

/** One run as the API answers it. */
export interface Run {
  id: string;
  job: string;
  status: RunStatus;
  parameters: Record<string, unknown>;
  requested_by: string;
  /** Business time. */
  started_at: string;
  ended_at: string | null;
  /** Wall time. */
  duration_seconds: number | null;
  result: JobResult | null;
  error: string | null;
}

export type Outcome = { durationMs: number } & ({ result: JobResult } | { error: string });

export interface Runs {
  /** @throws AppError PIPELINE_JOB_RUNNING */
  begin(run: Pick<Run, 'id' | 'job' | 'parameters' | 'requested_by'>): Run;
  end(id: string, outcome: Outcome): Run;
  /** @throws AppError PIPELINE_RUN_UNKNOWN */
  get(id: string): Run;
  /** Newest first. */
  list(filter: { job?: string | undefined; status?: RunStatus | undefined; limit: number }): Run[];
  /** Fails what was running when the last service process ended. Answers which. */
  failInterrupted(): string[];
  /** Forgets all but the newest `keep` runs of a job. Answers which went. */
  prune(job: string, keep: number): string[];
  close(): void;
}

/** Run records in a SQLite file. @throws AppError SQLITE_UNUSABLE, SQLITE_TOO_NEW */
export function openRuns(path: string, clock: Clock): Runs {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url));
  const insert = database.prepare(
    "INSERT INTO runs (id, job, status, parameters, requested_by, started_ms) VALUES (?, ?, 'running', ?, ?, ?)",
  );
  const finish = database.prepare(
    'UPDATE runs SET status = ?, ended_ms = ?, duration_ms = ?, result = ?, error = ? WHERE id = ?',
  );
  const one = database.prepare('SELECT * FROM runs WHERE id = ?');
  const current = database.prepare("SELECT id FROM runs WHERE job = ? AND status = 'running'");
  const some = database.prepare(`
    SELECT * FROM runs WHERE ($job IS NULL OR job = $job) AND ($status IS NULL OR status = $status)
    ORDER BY started_ms DESC, rowid DESC LIMIT $limit`);
  const interrupt = database.prepare(`
    UPDATE runs SET status = 'failed', ended_ms = ?,
      error = 'the pipeline service ended while the run was under way; start it again'
    WHERE status = 'running' RETURNING id`);
  const drop = database.prepare(`
    DELETE FROM runs WHERE job = $job AND status <> 'running' AND id NOT IN
      (SELECT id FROM runs WHERE job = $job ORDER BY started_ms DESC, rowid DESC LIMIT $keep) RETURNING id`);

  const get = (id: string): Run => {
    const row = one.get(id);
    if (!row) throw errors.RUN_UNKNOWN(id);
    return toRun(row);
  };
  return {
    begin: ({ id, job, parameters, requested_by }) =>
      transact(database, () => {
        const running = current.get(job);
        if (running) throw errors.JOB_RUNNING(job, String(running.id));
        insert.run(id, job, JSON.stringify(parameters), requested_by, clock.now());
        return get(id);
      }),
    end(id, outcome) {
      const [status, result, error] =
        'result' in outcome
          ? (['succeeded', JSON.stringify(outcome.result), null] as const)
          : (['failed', null, outcome.error] as const);
      finish.run(status, clock.now(), Math.round(outcome.durationMs), result, error, id);
      return get(id);
    },
    get,
    list: ({ job, status, limit }) =>
      some.all({ $job: job ?? null, $status: status ?? null, $limit: limit }).map(toRun),
    failInterrupted: () => interrupt.all(clock.now()).map(({ id }) => String(id)),
    prune: (job, keep) => drop.all({ $job: job, $keep: keep }).map(({ id }) => String(id)),
    close: () => database.close(),
  };
}

const toRun = (row: Record<string, unknown>): Run => ({
  id: String(row.id),
  job: String(row.job),
  status: row.status as RunStatus,
  parameters: JSON.parse(String(row.parameters)),
  requested_by: String(row.requested_by),
  started_at: new Date(Number(row.started_ms)).toISOString(),
  ended_at: row.ended_ms === null ? null : new Date(Number(row.ended_ms)).toISOString(),
  duration_seconds: row.duration_ms === null ? null : Number(row.duration_ms) / 1_000,
  result: row.result === null ? null : JSON.parse(String(row.result)),
  error: row.error === null ? null : String(row.error),
});
