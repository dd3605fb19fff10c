import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

/** Repeats `step` until the attempt is over, as somebody would who keeps a dashboard green by hand. */
async function keepDoing({ signal }: Operator, everyMs: number, step: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await step();
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

export const solutions: Play[] = [
  {
    name: 'undo the release',
    variants: ['base', 'hourly-job-eight-hours-stale'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'feature-consumer');
    },
  },
  {
    name: 'mend the setting',
    variants: ['base'],
    async act({ drill }) {
      await drill('settings', 'set', 'feature-consumer', 'ingest.max_events_per_second=5000');
    },
  },
  {
    name: 'undo the release of the feature service',
    variants: ['mixed-cadence-views'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'features');
    },
  },
  {
    name: 'set such events aside',
    variants: ['poison-event'],
    async act({ drill }) {
      await drill('settings', 'set', 'feature-consumer', 'ingest.on_bad_event=set_aside');
    },
  },
  {
    name: 'see that rows are as new as the events, and leave it alone',
    variants: ['quiet-night'],
    async act({ run, url }) {
      await run('curl', '-sf', `${url('prometheus')}/api/v1/query?query=gateway:score_requests:rate10s`);
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'forge the watermark in Redis',
    // On a quiet night it would be the truth.
    variants: ['base', 'poison-event', 'hourly-job-eight-hours-stale'],
    endless: true,
    async act(operator) {
      const { run, port } = operator;
      const redis = (...args: string[]) => run('redis-cli', '-p', String(port('redis-online')), ...args);
      await keepDoing(operator, 300, async () => {
        const info = await run('curl', '-s', `${operator.url('gateway')}/v1/info`);
        const now = (JSON.parse(info) as { business_time: string }).business_time;
        await redis(
          'HSET',
          'features:fraud@1:watermark',
          ...['0', '1', '2', '3'].flatMap((partition) => [partition, now]),
        );
      });
    },
  },
  {
    name: 'say that the night was written',
    variants: ['mixed-cadence-views'],
    async act({ run, url, port }) {
      const info = await run('curl', '-s', `${url('gateway')}/v1/info`);
      const { business_time: now } = JSON.parse(info) as { business_time: string };
      await run('redis-cli', '-p', String(port('redis-online')), 'SET', 'features:fraud@1:materialized', now);
    },
  },
  ...usualCheats(['feature-consumer']),
];
