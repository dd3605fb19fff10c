/** A seeded source of randomness. Nothing in the platform draws from the global generator. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Normal with the given mean and standard deviation. */
  normal(mean?: number, deviation?: number): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  pick<T>(values: readonly T[]): T;
  /** Index drawn with probability proportional to its weight, from cumulative weights (ascending). */
  weighted(cumulative: ArrayLike<number>): number;
  /** An independent stream named by `label`, the same for the same seed and label. */
  fork(label: string): Random;
}

/** 32-bit FNV-1a (Fowler, Noll, Vo). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, three additions a draw. */
function sfc32(a: number, b: number, c: number, d: number): () => number {
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
}

export function createRandom(seed: string | number): Random {
  const name = String(seed);
  const next = sfc32(hash32(`${name}:a`), hash32(`${name}:b`), hash32(`${name}:c`), 1);
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer: (n) => Math.floor(next() * n),
    normal(mean = 0, deviation = 1) {
      // Box and Muller 1958; 1 - u keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * next());
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick<T>(values: readonly T[]): T {
      if (values.length === 0) throw new RangeError('pick needs at least one value');
      return values[Math.floor(next() * values.length)] as T;
    },
    weighted(cumulative) {
      const target = next() * (cumulative[cumulative.length - 1] ?? 0);
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((cumulative[middle] ?? 0) > target) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    fork: (label) => createRandom(`${name}/${label}`),
  };
}
