import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { inBoth, kubectl, REGIONS as NAMESPACES } from '../cluster.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
const BASE = { variants: ['base'] } as const;
const CLIFF = { variants: ['503-cliff'] } as const;
const CEILING = { variants: ['autoscaler-ceiling'] } as const;
const BLIND = { variants: ['bursty-hpa-lag'] } as const;
const AUTOSCALED = { variants: ['autoscaler-ceiling', 'bursty-hpa-lag'] } as const;

const gateway = async ({ drill }: Operator, ...settings: string[]): Promise<void> => {
  await drill('settings', 'set', 'gateway', ...settings);
};

async function scaler(operator: Operator, spec: object): Promise<void> {
  for (const namespace of NAMESPACES) {
    await kubectl(operator, '-n', namespace, 'patch', 'hpa', 'inference', '-p', JSON.stringify({ spec }));
  }
}
/** Stays until they are there: an autoscaler looks every fifteen seconds. */
const scaledTo = (operator: Operator, replicas: number): Promise<void> =>
  inBoth(operator, ['wait', '--timeout=120s', `--for=jsonpath={.status.readyReplicas}=${replicas}`]);

/** An autoscaler looks every fifteen seconds, and a pod takes some to start: what comes of it shows after that. */
const LOOKED_MS = 30_000;
const looked = ({ signal }: Operator): Promise<void> => delay(LOOKED_MS, undefined, { signal });

const processor = (averageValue: string) => ({
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue } } }],
});

/** As many under way as are answered in a sixth of a second. */
const LIMITS = ['admission.enabled=true', 'admission.limit_min=4', 'admission.limit_max=4'];
const TILLS_FIRST = 'priority.webshop=normal';

export const solutions: Play[] = [
  {
    ...BASE,
    name: 'let in what can be answered, tills first',
    act: (operator) => gateway(operator, ...LIMITS, TILLS_FIRST),
  },
  {
    ...BASE,
    name: 'the same, and twice as much inference for the region that suffers',
    async act(operator) {
      await gateway(operator, ...LIMITS, TILLS_FIRST);
      await operator.drill('scale', 'inference-eu', '--replicas', '2');
    },
  },
  {
    ...CLIFF,
    name: 'give the gateway the places that the store has',
    act: (operator) =>
      gateway(operator, 'admission.limit_max=64', 'admission.limit_min=64', 'admission.queue=256'),
  },
  {
    ...CLIFF,
    name: 'let the limit find itself, with room to wait meanwhile',
    act: (operator) =>
      gateway(operator, 'admission.limit_max=256', 'admission.limit_min=16', 'admission.queue=256'),
  },
  {
    ...CEILING,
    name: 'the maximum that finance agreed to',
    async act(operator) {
      await scaler(operator, { maxReplicas: 2 });
      await scaledTo(operator, 2);
    },
  },
  {
    ...BLIND,
    name: 'a floor for as long as the campaign lasts',
    async act(operator) {
      await scaler(operator, { minReplicas: 2 });
      await scaledTo(operator, 2);
    },
  },
  {
    ...BLIND,
    name: 'a target that a full replica exceeds',
    async act(operator) {
      await scaler(operator, processor('60m'));
      await scaledTo(operator, 2);
    },
  },
];

export const cheats: Play[] = [
  {
    ...BASE,
    name: 'switch admission on with limits that were never measured',
    act: (operator) => gateway(operator, 'admission.enabled=true', TILLS_FIRST),
  },
  {
    ...BASE,
    name: 'let in what can be answered, whoever it is',
    act: (operator) => gateway(operator, ...LIMITS, 'priority.webshop=high'),
  },
  {
    ...BASE,
    name: 'set the web shop aside',
    async act({ drill }) {
      await drill('source', 'quarantine', 'webshop', '--reason', 'too many');
    },
  },
  {
    ...AUTOSCALED,
    name: 'scale by hand, under an autoscaler',
    async act(operator) {
      await inBoth(operator, ['scale'], '--replicas', '2');
      await looked(operator);
    },
  },
  {
    ...CEILING,
    name: 'a lower target under the same ceiling',
    async act(operator) {
      await scaler(operator, processor('10m'));
      await looked(operator);
    },
  },
  {
    ...BLIND,
    name: 'a higher ceiling that nobody reaches for',
    async act(operator) {
      await scaler(operator, { maxReplicas: 4 });
      await looked(operator);
    },
  },
  {
    ...AUTOSCALED,
    name: 'as many as the quota allows, whatever they cost',
    disturbs: true,
    async act(operator) {
      await scaler(operator, { minReplicas: 4, maxReplicas: 4 });
      await scaledTo(operator, 4);
    },
  },
  {
    ...AUTOSCALED,
    name: 'without the autoscaler',
    disturbs: true,
    async act(operator) {
      for (const namespace of NAMESPACES) {
        await kubectl(operator, '-n', namespace, 'delete', 'hpa', 'inference');
      }
      await inBoth(operator, ['scale'], '--replicas', '2');
      await scaledTo(operator, 2);
    },
  },
  {
    variants: ['base', '503-cliff'],
    name: 'wait longer',
    act: (operator) => gateway(operator, 'upstream.timeout_ms=10000'),
  },
  {
    ...CLIFF,
    name: 'room to wait, and as few places as before',
    act: (operator) => gateway(operator, 'admission.queue=256'),
  },
  {
    ...CLIFF,
    name: 'take the guard away',
    act: (operator) => gateway(operator, 'admission.enabled=false'),
  },
  ...usualCheats(['gateway', ...REGIONS]),
];
