import { AsyncLocalStorage } from 'node:async_hooks';
import { Measures } from './measures.ts';

/** Where in the run one iteration is; what `k6/execution` tells it. */
export interface Iteration {
  name: string;
  iterationInTest: number;
  /** Share of the run that is over when it begins, 0 to 1. */
  progress: number;
}

export const iteration = new AsyncLocalStorage<Iteration>();

const declared: Parameters<Measures['register']>[] = [
  ['http_req_duration', 'trend', 'time'],
  ['http_req_failed', 'rate'],
  ['http_reqs', 'counter'],
  ['checks', 'rate'],
  ['iterations', 'counter'],
  ['dropped_iterations', 'counter'],
];

let measures = new Measures();

/** A script declares its metrics while it is loaded, before it is known which thresholds it has. */
export function declare(...metric: Parameters<Measures['register']>): void {
  declared.push(metric);
}

export function startMeasuring(selectors: readonly string[]): Measures {
  measures = new Measures(selectors);
  for (const metric of declared) measures.register(...metric);
  return measures;
}

export const record = (name: string, value: number, tags: Record<string, string> = {}): void =>
  measures.add(name, value, tags);
