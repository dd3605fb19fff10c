import type { Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const INFERENCE = ['inference-eu', 'inference-us'];
const IN_INFERENCE = ['base', 'scaling-mismatch'];
const IN_ROWS = ['null-fill-and-dtype', 'timestamp-skew'];

export const solutions: Play[] = [
  {
    name: 'undo the release in both regions',
    variants: IN_INFERENCE,
    async act({ drill }) {
      for (const workload of INFERENCE) await drill('rollout', 'undo', workload);
    },
  },
  {
    name: 'undo the release in the region that has it',
    variants: ['forked-definition'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'inference-eu');
    },
  },
  {
    name: 'undo the release, then make the rows anew',
    variants: IN_ROWS,
    async act({ drill }) {
      await drill('rollout', 'undo', 'feature-consumer');
      await drill('job', 'run', 'backfill');
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'compare no more',
    async act({ drill }) {
      await drill('settings', 'set', 'features', 'parity.every_seconds=0');
    },
  },
  {
    name: 'undo the release and leave the rows as they are',
    variants: IN_ROWS,
    async act({ drill }) {
      await drill('rollout', 'undo', 'feature-consumer');
    },
  },
  ...usualCheats(['features']),
];
