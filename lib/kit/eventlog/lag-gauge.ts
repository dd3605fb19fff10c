import { setTimeout as delay } from 'node:timers/promises';
import type { Gauge } from 'prom-client';
import type { Topic } from '../../contract/events.ts';
import type { Metrics } from '../metrics.ts';
import { type EventLog, partitionsOf } from './log.ts';

const LAG_DEADLINE_MS = 500;

/** Shows how far the groups of one process are behind. */
export class LagGauge {
  readonly #log: Pick<EventLog, 'lag'>;
  readonly #metrics: Metrics;
  readonly #groups: { topic: Topic; group: string }[] = [];

  constructor(log: Pick<EventLog, 'lag'>, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  add(topic: Topic, group: string): void {
    this.#metrics.gauge('firedrill_eventlog_consumer_lag_events', async (gauge) => {
      await Promise.all(this.#groups.map((one) => this.#show(gauge, one)));
    });
    this.#groups.push({ topic, group });
  }

  /** A log that does not answer must not take the metrics page with it; a lag nobody knows has no sample. */
  async #show(gauge: Gauge, { topic, group }: { topic: Topic; group: string }): Promise<void> {
    const lags = await Promise.race([
      this.#log.lag(topic, group).catch(() => undefined),
      delay(LAG_DEADLINE_MS, undefined, { ref: false }),
    ]);
    for (const partition of partitionsOf(topic)) {
      const events = lags?.[partition];
      if (events === undefined) gauge.remove({ topic, group, partition });
      else gauge.set({ topic, group, partition }, events);
    }
  }
}
