import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;

const gateway = ({ drill }: Operator, ...settings: string[]) =>
  drill('settings', 'set', 'gateway', ...settings);

export const solutions: Play[] = [
  {
    name: 'give second tries a budget',
    async act(operator) {
      await gateway(operator, 'retry.budget=true', 'retry.attempts=2');
    },
  },
  {
    name: 'ask no more of a replica at a time than it can answer in the time of a try',
    async act(operator) {
      await gateway(
        operator,
        'admission.enabled=true',
        'admission.limit_min=6',
        'admission.limit_max=6',
        'retry.budget=true',
      );
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'try more often',
    async act(operator) {
      await gateway(operator, 'retry.attempts=10', 'upstream.timeout_ms=3000');
    },
  },
  {
    name: 'switch admission on with limits that were never measured',
    async act(operator) {
      await gateway(operator, 'retry.attempts=8', 'upstream.timeout_ms=1800', 'admission.enabled=true');
    },
  },
  {
    name: 'decide without features',
    disturbs: true,
    async act({ drill }) {
      for (const name of REGIONS)
        await drill('settings', 'set', name, 'features.on_missing=default', 'features.timeout_ms=100');
    },
  },
  ...usualCheats(REGIONS),
];
