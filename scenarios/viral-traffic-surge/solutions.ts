import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
const BASE = { variants: ['base'] } as const;
const CLIFF = { variants: ['503-cliff'] } as const;

const gateway = async ({ drill }: Operator, ...settings: string[]): Promise<void> => {
  await drill('settings', 'set', 'gateway', ...settings);
};

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
