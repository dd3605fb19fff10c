// What a run may be told, by `k6 run -e NAME=value` or by the environment. `./drill load` sets all of it.

const number = (name, fallback) => {
  const text = __ENV[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} must be a number above 0, not ${text}`);
  return value;
};

const base = number('DRILL_PORT_BASE', 4000);
const address = (name, offset) => (__ENV[name] || `http://127.0.0.1:${base + offset}`).replace(/\/+$/, '');

/** Who is asked. Offsets as in lib/contract/ports.ts. */
export const GATEWAY_URL = address('GATEWAY_URL', 0);
export const WORLD_URL = address('WORLD_URL', 70);

/** The online store of a platform on this machine. */
export const ONLINE_REDIS_PORT = base + 379;

/** The two servers that the profile `versions` compares. */
export const SIDES = { a: address('A_URL', 10), b: address('B_URL', 20) };

/** Sent as x-api-key where the gateway wants one. */
export const API_KEY = __ENV.GATEWAY_API_KEY || '';

/** Where the summary goes as JSON; without it it is printed, a line per metric. */
export const SUMMARY_FILE = __ENV.SUMMARY_FILE || '';

/** Different cards that pay. */
export const CARDS = number('CARDS', 500);

/** Requests a second of a profile's `normal` phases, in place of its own. */
export const rateOr = (usual) => number('RATE', usual);

/** Wall seconds of the whole run, in place of the profile's own. */
export const secondsOr = (usual) => number('DURATION', usual);
