import pg from 'pg';
import type { Logger } from './logging.ts';

/** Bounds of a pool. */
export interface PoolBounds {
  /** Connections at most. */
  max: number;
  /** Wall ms to wait for a connection, whether all are in use or a new one is being made; 0: without limit. */
  acquireTimeoutMs: number;
  /** Wall ms to wait for an answer, at the server and, should that be silent, here; 0: without limit. */
  queryTimeoutMs: number;
}

export interface PoolCounts {
  /** With those that are being made. */
  inUse: number;
  idle: number;
  /** Queries that wait for a connection. */
  waiting: number;
}

/** How long each half of a query took, wall ms; told also when that half failed. */
export interface QueryWatch {
  acquired?(ms: number): void;
  answered?(ms: number): void;
}

/** `acquire`: no connection in time. `query`: no answer in time. `gone`: the server cannot be had. `refused`: it said no. */
export type QueryFailure = 'acquire' | 'query' | 'gone' | 'refused';

/** Longer than anybody waits for it: a connection that is slow to make is there for who comes next. */
const CONNECT_MS = 5_000;
/** How long a pool that is closed waits for queries under way before it cuts their connections. */
const DRAIN_MS = 1_000;
const IDLE_MS = 30_000;

/** SQLSTATE of a statement the server gave up, and of what it says while it goes down, comes up or is full. */
const CANCELED = '57014';
const NOT_NOW = /^(57P|08|53)/;

class AcquireTimeout extends Error {}

/** Somebody who wants a connection. */
interface Asking {
  serve(): void;
  leave(error: Error): void;
}

/**
 * A bounded number of connections to one PostgreSQL. Made without connecting; a connection that failed a query is
 * closed instead of being used again, so that nobody gets the answer to another's question.
 *
 * Who waits is counted and sent away here: pg's pool gives one limit to waiting and to connecting, and drops a
 * connection that is late for the one who asked first.
 */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #bounds: PoolBounds;
  readonly #clients = new Set<pg.PoolClient>();
  /** In the order they came. */
  readonly #waiting = new Set<Asking>();
  readonly #connecting = new Set<Asking>();
  #inUse = 0;
  #ended: Promise<void> | undefined;

  constructor(
    url: string,
    bounds: PoolBounds,
    { name, logger }: { name: string; logger: Pick<Logger, 'debug'> },
  ) {
    this.#bounds = bounds;
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: name,
      max: bounds.max,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: bounds.queryTimeoutMs,
      statement_timeout: bounds.queryTimeoutMs,
      idleTimeoutMillis: IDLE_MS,
      keepAlive: true,
    });
    this.#pool.on('connect', (client) => void this.#clients.add(client));
    this.#pool.on('remove', (client) => void this.#clients.delete(client));
    // An idle connection that broke is replaced when it is needed.
    this.#pool.on('error', (error) => logger.debug({ err: error.message }, 'an idle connection broke'));
  }

  get counts(): PoolCounts {
    return { inUse: this.#inUse, idle: this.#pool.idleCount, waiting: this.#waiting.size };
  }

  /**
   * Runs one statement; with a `name` it is prepared once a connection.
   * @throws what `failureOf` knows how to read
   */
  async query<Row extends pg.QueryResultRow>(
    query: { name?: string; text: string; values?: unknown[] },
    watch: QueryWatch = {},
  ): Promise<Row[]> {
    const asked = performance.now();
    const client = await this.#acquire().finally(() => watch.acquired?.(performance.now() - asked));
    const got = performance.now();
    let spoiled = false;
    try {
      return (await client.query<Row>(query)).rows;
    } catch (error) {
      spoiled = failureOf(error) !== 'refused';
      throw error;
    } finally {
      this.#release(client, spoiled);
      watch.answered?.(performance.now() - got);
    }
  }

  /** Sends away who waits, lets queries under way finish within a second, and cuts the rest. */
  close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    for (const asking of [...this.#waiting, ...this.#connecting]) asking.leave(closed());
    const ended = this.#pool.end();
    const cut = setTimeout(() => {
      for (const client of this.#clients) void (client as unknown as pg.Client).end();
    }, DRAIN_MS);
    await ended.finally(() => clearTimeout(cut));
  }

  #acquire(): Promise<pg.PoolClient> {
    if (this.#ended) return Promise.reject(closed());
    const { promise, resolve, reject } = Promise.withResolvers<pg.PoolClient>();
    const { acquireTimeoutMs, max } = this.#bounds;
    const asking: Asking = {
      leave: (error) => {
        clearTimeout(timer);
        this.#waiting.delete(asking);
        this.#connecting.delete(asking);
        reject(error);
      },
      serve: () => {
        this.#waiting.delete(asking);
        this.#connecting.add(asking);
        this.#inUse++;
        this.#pool.connect().then(
          (client) => {
            clearTimeout(timer);
            // It may have come too late for who asked.
            if (this.#connecting.delete(asking)) resolve(client);
            else this.#release(client, false);
          },
          (error: Error) => {
            asking.leave(error);
            this.#free();
          },
        );
      },
    };
    const timer =
      acquireTimeoutMs === 0
        ? undefined
        : setTimeout(() => asking.leave(new AcquireTimeout('no connection in time')), acquireTimeoutMs);
    this.#waiting.add(asking);
    if (this.#inUse < max) asking.serve();
    return promise;
  }

  #release(client: pg.PoolClient, spoiled: boolean): void {
    client.release(spoiled);
    this.#free();
  }

  #free(): void {
    this.#inUse--;
    const [next] = this.#waiting;
    next?.serve();
  }
}

const closed = (): Error => new Error('the pool was closed');

/** Reads what a query threw. pg's own time-out has no code, so its words must do; a test runs it against a server. */
export function failureOf(error: unknown): QueryFailure {
  if (error instanceof AcquireTimeout) return 'acquire';
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === CANCELED || message === 'Query read timeout') return 'query';
  return error instanceof pg.DatabaseError && !NOT_NOW.test(code) ? 'refused' : 'gone';
}
