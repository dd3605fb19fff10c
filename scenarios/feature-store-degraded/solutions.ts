import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;

/** The same settings in both regions. */
async function inference({ drill }: Operator, ...settings: string[]): Promise<void> {
  for (const name of REGIONS) await drill('settings', 'set', name, ...settings);
}

/** A timeout that follows from the budget makes slow count as failed, and the circuit can open. */
const STOP_ASKING = ['features.timeout_ms=100', 'breaker.enabled=true'];

const JOB = 'ledger-export';

/** By its connection: another platform on the same machine may have a job of that name too. */
async function endJob({ run, port }: Operator): Promise<void> {
  const redis = String(port('redis-online'));
  const clients = await run('redis-cli', '-p', redis, 'CLIENT', 'LIST');
  const local = new RegExp(`addr=127\\.0\\.0\\.1:(\\d+) .*name=${JOB} `).exec(clients)?.[1];
  if (local === undefined) throw new Error(`${JOB} is not connected`);
  const socket = await run('ss', '-tnpH', `sport = :${local} and dport = :${redis}`);
  const pid = /pid=(\d+)/.exec(socket)?.[1];
  if (pid === undefined) throw new Error(`nobody owns the connection from port ${local}`);
  await run('kill', pid);
}

export const solutions: Play[] = [
  {
    name: 'stop asking, and say so in each answer',
    variants: ['base'],
    act: (operator) => inference(operator, ...STOP_ASKING),
  },
  {
    name: 'stop asking, and keep rows for the time without',
    variants: ['base'],
    act: (operator) => inference(operator, ...STOP_ASKING, 'cache.enabled=true', 'cache.ttl_ms=0'),
  },
  {
    name: 'end the job that blocks the store',
    variants: ['slow-neighbour'],
    act: endJob,
  },
  {
    name: 'lift the limit, then make the lost rows again',
    variants: ['evictions'],
    async act(operator) {
      const redis = String(operator.port('redis-online'));
      const limits = ['maxmemory', '256mb', 'maxmemory-policy', 'noeviction'];
      await operator.run('redis-cli', '-p', redis, 'CONFIG', 'SET', ...limits);
      await operator.drill('job', 'run', 'backfill');
    },
  },
  {
    name: 'start the store with the limits it was released with, then make the lost rows again',
    variants: ['evictions'],
    async act({ drill }) {
      await drill('restart', 'redis-online');
      await drill('job', 'run', 'backfill');
    },
  },
  {
    name: 'refuse at once',
    variants: ['must-refuse'],
    act: (operator) => inference(operator, ...STOP_ASKING),
  },
  {
    name: 'hand what cannot be known to a person, at once',
    variants: ['must-refuse'],
    act: (operator) => inference(operator, ...STOP_ASKING, 'features.on_missing=review'),
  },
  {
    name: 'take the release back',
    variants: ['request-time-db-aggregate'],
    async act({ drill }) {
      for (const name of REGIONS) await drill('rollout', 'undo', name);
    },
  },
  {
    name: 'decide on the rows of the stream path alone',
    variants: ['request-time-db-aggregate'],
    act: (operator) => inference(operator, 'cold.enabled=false'),
  },
];

export const cheats: Play[] = [
  {
    name: 'wait longer',
    variants: ['base', 'must-refuse'],
    async act(operator) {
      await inference(operator, 'features.timeout_ms=5000');
      await operator.drill('settings', 'set', 'gateway', 'upstream.timeout_ms=10000');
    },
  },
  {
    name: 'switch the circuit on and leave the timeout',
    variants: ['base'],
    act: (operator) => inference(operator, 'features.timeout_ms=500', 'breaker.enabled=true'),
  },
  {
    name: 'serve kept rows for an hour as if they were fresh',
    variants: ['base'],
    act: (operator) =>
      inference(operator, 'breaker.enabled=false', 'cache.enabled=true', 'cache.ttl_ms=3600000'),
  },
  {
    name: 'flush the store',
    variants: ['base'],
    async act({ run, port }) {
      await run('redis-cli', '-p', String(port('redis-online')), 'FLUSHALL');
    },
  },
  {
    name: 'restart Toxiproxy, which forgets what was set there',
    variants: ['base'],
    targets: ['compose'],
    async act({ run, port }) {
      await run('docker', 'restart', `firedrill-${port('gateway') / 1000}-toxiproxy-1`);
    },
  },
  {
    name: 'close its connection',
    variants: ['slow-neighbour'],
    async act({ run, port }) {
      const redis = String(port('redis-online'));
      const clients = await run('redis-cli', '-p', redis, 'CLIENT', 'LIST');
      const id = new RegExp(`id=(\\d+) .*name=${JOB} `).exec(clients)?.[1];
      if (id !== undefined) await run('redis-cli', '-p', redis, 'CLIENT', 'KILL', 'ID', id);
    },
  },
  {
    name: 'bear it, although it could be ended',
    variants: ['slow-neighbour'],
    act: (operator) => inference(operator, ...STOP_ASKING),
  },
  {
    name: 'forbid the command until the next start',
    variants: ['slow-neighbour'],
    async act({ run, port }) {
      await run('redis-cli', '-p', String(port('redis-online')), 'ACL', 'SETUSER', 'default', '-sort');
    },
  },
  {
    name: 'decide on defaults',
    variants: ['must-refuse'],
    act: (operator) => inference(operator, ...STOP_ASKING, 'features.on_missing=default'),
  },
  {
    name: 'decide on rows kept for an hour',
    variants: ['must-refuse'],
    act: (operator) =>
      inference(operator, 'cache.enabled=true', 'cache.ttl_ms=3600000', 'features.max_age_seconds=null'),
  },
  {
    name: 'make the lost rows again under the same limit',
    variants: ['evictions'],
    async act({ drill }) {
      await drill('job', 'run', 'backfill');
    },
  },
  {
    name: 'lift the limit, and leave it at that',
    variants: ['evictions'],
    async act({ drill }) {
      await drill('restart', 'redis-online');
    },
  },
  {
    name: 'more connections',
    variants: ['request-time-db-aggregate'],
    act: (operator) => inference(operator, 'cold.pool_max=8'),
  },
  {
    name: 'restart the database',
    variants: ['request-time-db-aggregate'],
    act: async ({ drill }) => void (await drill('restart', 'cold-store')),
  },
  ...usualCheats(REGIONS),
];
