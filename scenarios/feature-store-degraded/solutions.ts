import type { Operator, Play } from '../../engine/contract/play.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;

/** The same settings in both regions. */
async function inference({ drill }: Operator, ...settings: string[]): Promise<void> {
  for (const name of REGIONS) await drill('settings', 'set', name, ...settings);
}

/** A timeout that follows from the budget makes slow count as failed, and the circuit can open. */
const STOP_ASKING = ['features.timeout_ms=100', 'breaker.enabled=true'];

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
];

export const cheats: Play[] = [
  {
    name: 'wait longer',
    variants: ['base'],
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
];
