const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Wall time, epoch ms, a log line claims: JSON of ours (`"time":"…"`), logfmt of Prometheus and Alertmanager
 * (`ts=…`), Redis (`123:M 21 Nov 2026 09:23:03.123 * …`, local time). Undefined when it says nothing.
 */
export function timeOf(line: string): number | undefined {
  const iso = /^\{.*?"time":"([^"]+)"/.exec(line)?.[1] ?? /^ts=(\S+)/.exec(line)?.[1];
  if (iso !== undefined) return finite(Date.parse(iso));
  const redis = /^\d+:\w (\d+) (\w{3}) (\d{4}) (\d+):(\d+):(\d+)\.(\d+) /.exec(line);
  if (!redis) return undefined;
  const [, day, month = '', year, hour, minute, second, ms] = redis;
  return finite(
    new Date(
      Number(year),
      MONTHS.indexOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      Number(ms),
    ).getTime(),
  );
}

const finite = (ms: number): number | undefined => (Number.isFinite(ms) ? ms : undefined);
