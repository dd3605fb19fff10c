import { errors } from './errors.ts';

/** `name=value` arguments as an object; a value is JSON, and what is not JSON is text. @throws CLI_NOT_A_PAIR */
export const parsePairs = (pairs: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(pairs.map(parsePair));

function parsePair(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1) throw errors.NOT_A_PAIR(pair);
  const [name, text] = [pair.slice(0, at), pair.slice(at + 1)];
  try {
    return [name, JSON.parse(text)];
  } catch {
    return [name, text];
  }
}
