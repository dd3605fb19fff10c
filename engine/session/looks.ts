import { readFile } from 'node:fs/promises';
import type { Look } from '../contract/parts.ts';
import { OWN_QUERY } from '../prometheus.ts';

/** Looks kept in memory at most; an engine that restarts forgets them, and nobody loses points for that. */
const KEPT = 5_000;

/** What somebody looked at: through the engine's API, and in Prometheus. */
export class Looks {
  readonly #queryLog: string;
  #seen: Look[] = [];

  /** @param queryLog path of Prometheus' query log */
  constructor(queryLog: string) {
    this.#queryLog = queryLog;
  }

  add(what: string): void {
    this.#seen.push({ at: Date.now(), what });
    if (this.#seen.length > KEPT) this.#seen = this.#seen.slice(-KEPT / 2);
  }

  /** Oldest first. @param since wall time, epoch ms */
  async since(since: number): Promise<Look[]> {
    const asked = await queriesAsked(this.#queryLog, since);
    return [...this.#seen.filter(({ at }) => at >= since), ...asked].sort((a, b) => a.at - b.at);
  }
}

/** One line of Prometheus' query log, as much of it as matters here. */
interface LoggedQuery {
  params?: { query?: string; start?: string };
  /** Present when somebody asked over HTTP; rules have `ruleGroup` instead. */
  httpRequest?: { path: string };
  ts?: string;
  time?: string;
}

/** Queries a person asked Prometheus since then, oldest first; none when there is no such log. */
export async function queriesAsked(file: string, since: number): Promise<Look[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const logged = parse(line);
    const query = logged?.params?.query;
    const at = Date.parse(logged?.ts ?? logged?.time ?? '');
    if (!logged?.httpRequest || query === undefined || !(at >= since) || query.endsWith(OWN_QUERY)) return [];
    return [{ at, what: `promql ${query}` }];
  });
}

/** The last line may be half written. */
function parse(line: string): LoggedQuery | undefined {
  try {
    return JSON.parse(line) as LoggedQuery;
  } catch {
    return undefined;
  }
}
