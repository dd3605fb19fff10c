import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';
import { scrape } from '../scrape.ts';

/** Requests of one moment, by the URL of the replica that has counted them since it started. */
interface Look {
  at: number;
  requests: ReadonlyMap<string, number>;
}

/** Of fewer in all nothing is said: chance alone is uneven. */
const LEAST = 100;
const ROUTE = '/v1/score';
/** By URL of the first replica: looks of the last minute, oldest first. */
const looks = new Map<string, Look[]>();
const KEPT_MS = 60_000;

/**
 * How unevenly replicas share their requests, from their own counts now and a while ago, past Prometheus. Until there
 * are two looks that far apart, or a replica is as old as that, there is no data.
 */
export default defineProbe<{ workload: string; seconds: number }>({
  describe:
    'Requests of the busiest replica of a workload, as a multiple of what each would have if all were equal.',
  unit: 'ratio',
  range: { min: 1 },
  arguments: {
    workload: Type.String({ minLength: 1 }),
    seconds: Type.Number({ minimum: 2, maximum: 30, default: 8, description: 'wall seconds, at least' }),
  },
  async read({ target }, { workload, seconds }) {
    const found = (await target.list()).find(({ name }) => name === workload);
    if (!found || found.replicas.length < 2) return { value: undefined, detail: 'there are no two replicas' };
    const first = new URL(found.url);
    const urls = found.replicas.map(({ index }) => `http://${first.hostname}:${Number(first.port) + index}`);
    const now: Look = { at: performance.now(), requests: new Map(await Promise.all(urls.map(counted))) };
    const before = earlier(found.url, now, seconds);
    if (!before) return { value: undefined, detail: `nobody has looked for ${seconds} s` };
    const shares = urls.map((url) => (now.requests.get(url) ?? 0) - (before.requests.get(url) ?? Number.NaN));
    // A replica that was started meanwhile has counted from nothing.
    if (!shares.every((requests) => requests >= 0)) return { value: undefined, detail: 'a replica is new' };
    const all = shares.reduce((sum, requests) => sum + requests, 0);
    if (all < LEAST) return { value: undefined, detail: `${all} requests` };
    const value = (Math.max(...shares) * shares.length) / all;
    return {
      value,
      detail: `${shares.join(', ')} requests: the busiest has ${value.toFixed(2)} times its share`,
    };
  },
});

async function counted(url: string): Promise<[string, number]> {
  const series = await scrape(`${url}/metrics`, 'http_server_request_duration_seconds_count');
  const own = series.filter(({ labels }) => labels.route === ROUTE);
  return [url, own.reduce((sum, { value }) => sum + value, 0)];
}

/** The newest look at least so many seconds ago; keeps this one for the next time. */
function earlier(key: string, now: Look, seconds: number): Look | undefined {
  const kept = (looks.get(key) ?? []).filter(({ at }) => now.at - at < KEPT_MS);
  looks.set(key, [...kept, now]);
  return kept.findLast(({ at }) => now.at - at >= seconds * 1_000);
}
