import { InvalidArgumentError } from 'commander';

/** Parses a whole number of an option or argument, and says what is needed otherwise: `a number of lines`. */
export const wholeNumber =
  (needed: string, { from = 0, to = Number.MAX_SAFE_INTEGER } = {}) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new InvalidArgumentError(`${needed} is needed.`);
    return value;
  };

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };
const LONGEST_SECONDS = 24 * 3600;

/** Parses `30s`, `2m` or `1h` into seconds, at least one of them and at most a day. */
export function seconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const value = Number(amount) * (SECONDS[unit] ?? Number.NaN);
  if (!(value >= 1 && value <= LONGEST_SECONDS)) {
    throw new InvalidArgumentError('a time from 1s to 24h is needed, such as 30s or 2m.');
  }
  return value;
}

/** Parses the address of a server: `http://127.0.0.1:4000`, with nothing behind it. */
export function address(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash) {
    throw new InvalidArgumentError('an address such as http://127.0.0.1:4000 is needed.');
  }
  return url.origin;
}
