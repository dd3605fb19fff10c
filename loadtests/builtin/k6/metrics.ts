import { declare, record } from '../current.ts';
import type { MetricType, Tags } from '../measures.ts';

const metric = (type: MetricType) =>
  class {
    readonly #name: string;
    constructor(name: string, isTime = false) {
      this.#name = name;
      declare(name, type, isTime ? 'time' : 'default');
    }
    add(value: number | boolean, tags?: Tags): void {
      record(this.#name, type === 'rate' ? (value ? 1 : 0) : Number(value), tags);
    }
  };

export const Counter = metric('counter');
export const Gauge = metric('gauge');
export const Rate = metric('rate');
export const Trend = metric('trend');
