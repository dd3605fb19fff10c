import type { Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const BUSY = 'inference-eu';

export const solutions: Play[] = [
  {
    name: 'choose a replica for every request',
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'upstream.balancing=request');
    },
  },
  {
    name: 'end connections again',
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'connections.max_requests=10');
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'restart the gateway',
    async act({ drill }) {
      await drill('restart', 'gateway');
    },
  },
  {
    name: 'end connections, but hardly ever',
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'connections.max_requests=100000');
    },
  },
  ...usualCheats([BUSY]),
];
