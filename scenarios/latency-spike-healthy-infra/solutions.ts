import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
const BASE = ['base'];
const SEGMENT = ['segment-only'];
const RELOAD = ['model-reload-per-request'];
const SERIALIZATION = ['slow-serialization'];
const LEAK = ['slow-leak'];
const BATCH = ['batch-wait'];
const NEIGHBOUR = ['neighbour-burning-cpu'];

/** The same settings in both regions. */
async function inference({ drill }: Operator, ...settings: string[]): Promise<void> {
  for (const name of REGIONS) await drill('settings', 'set', name, ...settings);
}

const JOB = 'statement-render';

/** By who started them: another platform on the same machine may have neighbours of that name too. */
async function neighboursOf({ run, port }: Operator): Promise<string[]> {
  const socket = await run('ss', '-tlnpH', `sport = :${port('engine')}`);
  const host = /pid=(\d+)/.exec(socket)?.[1];
  const processes = await run('ps', '-eo', 'pid=,ppid=,args=');
  const pids = processes.split('\n').flatMap((line) => {
    const [pid, parent, program] = line.trim().split(/\s+/);
    return parent === host && program === JOB ? [pid!] : [];
  });
  if (pids.length === 0) throw new Error(`${JOB} does not run`);
  return pids;
}

export const solutions: Play[] = [
  {
    name: 'limits for waiting and for answers, and a circuit that stops asking',
    variants: BASE,
    act: (operator) =>
      inference(
        operator,
        'cold.acquire_timeout_ms=50',
        'cold.query_timeout_ms=50',
        'cold.breaker_enabled=true',
      ),
  },
  {
    name: 'take the release back',
    variants: [...SEGMENT, ...RELOAD, ...SERIALIZATION, ...LEAK],
    async act({ drill }) {
      for (const name of REGIONS) await drill('rollout', 'undo', name);
    },
  },
  {
    name: 'wait for nobody',
    variants: BATCH,
    act: (operator) => inference(operator, 'batch.max_queue_delay_us=0'),
  },
  {
    name: 'wait only while another batch is under way',
    variants: BATCH,
    act: (operator) => inference(operator, 'batch.adaptive=true'),
  },
  {
    name: 'end the programs',
    variants: NEIGHBOUR,
    async act(operator) {
      await operator.run('kill', '-9', ...(await neighboursOf(operator)));
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'more connections',
    variants: BASE,
    act: (operator) => inference(operator, 'cold.pool_max=40'),
  },
  {
    name: 'a limit for waiting alone',
    variants: BASE,
    act: (operator) => inference(operator, 'cold.pool_max=4', 'cold.acquire_timeout_ms=50'),
  },
  {
    name: 'a limit for answers alone',
    variants: BASE,
    act: (operator) => inference(operator, 'cold.acquire_timeout_ms=0', 'cold.query_timeout_ms=50'),
  },
  {
    name: 'keep rows in the process',
    variants: SEGMENT,
    act: (operator) => inference(operator, 'cache.enabled=true'),
  },
  {
    name: 'give lookups less time',
    variants: SEGMENT,
    act: (operator) => inference(operator, 'features.timeout_ms=50'),
  },
  {
    name: 'wait longer',
    variants: [...SEGMENT, ...RELOAD, ...SERIALIZATION, ...LEAK, ...BATCH, ...NEIGHBOUR],
    act: async ({ drill }) => void (await drill('settings', 'set', 'gateway', 'upstream.timeout_ms=5000')),
  },
  {
    name: 'larger batches, so that fewer loads serve as many',
    variants: RELOAD,
    act: (operator) => inference(operator, 'batch.max_rows=64', 'batch.max_queue_delay_us=20000'),
  },
  {
    name: 'start it again: fast, for a while',
    variants: LEAK,
    async act({ drill }) {
      for (const name of REGIONS) await drill('restart', name);
    },
  },
  {
    name: 'fewer to wait for',
    variants: BATCH,
    act: (operator) => inference(operator, 'batch.preferred_size=16'),
  },
  {
    name: 'smaller batches',
    variants: NEIGHBOUR,
    act: (operator) => inference(operator, 'batch.max_rows=1'),
  },
  ...usualCheats(REGIONS),
];
