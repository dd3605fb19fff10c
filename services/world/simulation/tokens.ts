import { hash32 } from '../../../lib/kit/random.ts';

// Crockford's base 32: no I, L, O, U to misread.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HALF = 2 ** 30;

/** An opaque pseudonym, the same for the same text; 64 bits, so that a million of them do not meet. */
export const token = (text: string): string =>
  (hash32(text) * 2 ** 20 + (hash32(`${text}~`) % 2 ** 20)).toString(16).padStart(13, '0');

export interface Ids {
  /** The next id: 12 characters, unlike any before it of any run with the same seed. */
  next(): string;
}

/**
 * Ids that are unique by construction and tell nothing: run (20 bits) and counter (40 bits) make a number of 60
 * bits, which a Feistel network keyed by the seed permutes (Luby and Rackoff 1988). A permutation never repeats.
 *
 * @param run 0 to 2^20 - 1, never used before with this seed
 * @param first where the counter begins; below 2^40
 */
export function createIds(seed: string, run: number, first = 0): Ids {
  if (!Number.isInteger(run) || run < 0 || run >= 2 ** 20) {
    throw new RangeError(`run: is ${run}; use a whole number from 0 to ${2 ** 20 - 1}`);
  }
  const keys = Array.from({ length: 4 }, (_, round) => hash32(`${seed}/ids/${round}`));
  let counter = first;
  return {
    next() {
      let left = run * 1024 + Math.floor(counter / HALF);
      let right = counter % HALF;
      counter++;
      for (const key of keys) [left, right] = [right, left ^ (mix(right, key) >>> 2)];
      return encode(left) + encode(right);
    },
  };
}

/** The finaliser of MurmurHash3 (Appleby 2011). */
function mix(value: number, key: number): number {
  let hash = value ^ key;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function encode(bits30: number): string {
  let text = '';
  for (let shift = 25; shift >= 0; shift -= 5) text += ALPHABET[(bits30 >>> shift) & 31];
  return text;
}
