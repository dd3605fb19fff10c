import { readdirSync, readFileSync } from 'node:fs';
import { median } from '../bench.ts';

/** What a process holds at a moment. */
export interface Held {
  /** Resident memory, MiB. */
  memory: number;
  /** Open descriptors: files, sockets. */
  descriptors: number;
}

const KIB = 1_024;

/** @throws Error where there is no /proc, or no such process */
export function heldBy(pid: number): Held {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { memory: Number(kib) / KIB, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Warming up: heaps fill, connections are made, code is compiled. */
const LEFT_OUT = 0.25;

const settled = (values: readonly number[]): readonly number[] =>
  values.slice(Math.ceil(values.length * LEFT_OUT));

/**
 * How fast something grows once it has warmed up: the median of the slopes between all pairs of moments (Theil and Sen),
 * which one collection of garbage or one burst of connections does not move.
 * @param values at equal distances
 * @returns per distance; NaN for fewer than two
 */
export function growthOf(values: readonly number[]): number {
  const kept = settled(values);
  const slopes = kept.flatMap((from, i) => kept.slice(i + 1).map((to, n) => (to - from) / (n + 1)));
  return slopes.length > 0 ? median(slopes) : Number.NaN;
}

/** The largest once it has warmed up. */
export const peakOf = (values: readonly number[]): number => Math.max(...settled(values));
