import type { Operator, Play } from '../../engine/contract/play.ts';
import { inBoth, kubectl, pods, REGIONS, rolledOut } from '../cluster.ts';
import { usualCheats } from '../usual-plays.ts';

const undo = (operator: Operator): Promise<void> => inBoth(operator, ['rollout', 'undo']);

/** One pod more, and none less. */
const CAREFUL = JSON.stringify({
  spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
});

export const solutions: Play[] = [
  {
    name: 'back to the revision before, in both regions',
    async act(operator) {
      await undo(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'back, and a rollout that waits for its first pod',
    variants: ['base', 'artifact-missing'],
    async act(operator) {
      await undo(operator);
      await inBoth(operator, ['patch'], '-p', CAREFUL);
      await rolledOut(operator);
    },
  },
  {
    name: 'back with the means of the platform',
    variants: ['base'],
    async act({ drill }) {
      for (const region of ['eu', 'us']) await drill('rollout', 'undo', `inference-${region}`);
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'one region only',
    variants: ['base'],
    disturbs: true,
    async act(operator) {
      await kubectl(operator, '-n', 'firedrill-eu', 'rollout', 'undo', 'deployment', 'inference');
    },
  },
  {
    name: 'more replicas of what does not work',
    act: (operator) => inBoth(operator, ['scale'], '--replicas', '3'),
  },
  {
    name: 'restart it',
    async act(operator) {
      await inBoth(operator, ['rollout', 'restart']);
    },
  },
  {
    name: 'delete the pods',
    variants: ['base', 'probe-lies'],
    async act(operator) {
      for (const region of REGIONS) {
        await kubectl(operator, '-n', region, 'delete', 'pods', '--all', '--wait=false');
      }
    },
  },
  {
    name: 'do without the probe',
    variants: ['artifact-missing'],
    disturbs: true,
    act: (operator) => pods(operator, { containers: [{ name: 'inference', readinessProbe: null }] }),
  },
  {
    name: 'wait longer',
    variants: ['probe-lies'],
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'upstream.timeout_ms=10000');
    },
  },
  ...usualCheats(['inference-eu', 'inference-us']),
];
