import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { inBoth, kubectl, pods, REGIONS, rolledOut } from '../cluster.ts';
import { usualCheats } from '../usual-plays.ts';

const [EU, US] = REGIONS;
const PLATFORMS = ['inference-eu', 'inference-us'] as const;
/** As long as the checks look back, and a little more. */
const WELL_AGAIN_MS = 12_000;

const BASE = ['base'];
const TAKES_ALL = ['base', 'artifact-missing'];

/** One pod more, and none less. */
const CAREFUL = JSON.stringify({
  spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
});
const careful = (operator: Operator) => inBoth(operator, ['patch'], '-p', CAREFUL);

const undo = (operator: Operator) => inBoth(operator, ['rollout', 'undo']);

/** To the revision that the history says has served, whatever came after it. */
async function toVerified(operator: Operator, regions: readonly string[] = REGIONS): Promise<void> {
  for (const region of regions) {
    const history = await kubectl(operator, '-n', region, 'rollout', 'history', 'deployment', 'inference');
    const revision = history
      .split('\n')
      .findLast((line) => line.includes('since Thursday'))
      ?.split(/\s+/)[0];
    const to = `--to-revision=${revision}`;
    await kubectl(operator, '-n', region, 'rollout', 'undo', 'deployment', 'inference', to);
  }
}

interface History {
  revisions: { revision: number; code: string; environment: Record<string, string> }[];
}

const setEnv = (operator: Operator, ...entries: string[]) => inBoth(operator, ['set', 'env'], ...entries);
const builtIn = (operator: Operator) =>
  inBoth(operator, ['set', 'image'], 'inference=firedrill/services:built-in');
const probe = (path: string) => ({ readinessProbe: { httpGet: { path, port: 'http' } } });
/** What is paused rolls nothing out, and nothing back. */
const resume = (operator: Operator) =>
  kubectl(operator, '-n', US, 'rollout', 'resume', 'deployment', 'inference');

export const solutions: Play[] = [
  {
    name: 'back to the revision that has served, and a rollout that waits for its first pod',
    variants: BASE,
    async act(operator) {
      await toVerified(operator);
      await careful(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'forward, with the setting under its new name and the value of production',
    variants: BASE,
    async act(operator) {
      await careful(operator);
      await setEnv(operator, 'MODEL_STAGE=champion', 'FEATURE_VIEW-');
      await rolledOut(operator);
    },
  },
  {
    name: 'back with the means of the platform',
    variants: BASE,
    async act(operator) {
      const { drill } = operator;
      for (const name of PLATFORMS) {
        const { revisions } = JSON.parse(await drill('rollout', 'history', name, '--json')) as History;
        const good = revisions.findLast(({ code }) => code === 'built in');
        await drill('rollout', 'undo', name, '--to-revision', String(good?.revision));
      }
      await careful(operator);
    },
  },
  {
    name: 'back to the revision before, and the strategy that an undo leaves as it is',
    variants: ['artifact-missing'],
    async act(operator) {
      await undo(operator);
      await careful(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'forward, with what production has',
    variants: ['artifact-missing'],
    async act(operator) {
      await careful(operator);
      await setEnv(operator, 'MODEL_VERSION-');
      await builtIn(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'back in both, the canary first resumed',
    variants: ['probe-lies'],
    async act(operator) {
      await resume(operator);
      await undo(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'forward, with the view that production has and the probe that tells',
    variants: ['probe-lies'],
    async act(operator) {
      const env = [{ name: 'FEATURE_VIEW', value: 'fraud@1' }];
      await pods(operator, { containers: [{ name: 'inference', env, ...probe('/readyz') }] });
      await resume(operator);
      await rolledOut(operator);
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'one step back, to what failed a minute before',
    variants: BASE,
    act: undo,
  },
  {
    name: 'and one more, to where it came from',
    variants: BASE,
    act: undo,
  },
  {
    name: 'restart it',
    variants: TAKES_ALL,
    act: (operator) => inBoth(operator, ['rollout', 'restart']),
  },
  {
    name: 'delete the pods that fail',
    async act(operator) {
      for (const region of REGIONS) {
        await kubectl(operator, '-n', region, 'delete', 'pods', '--all', '--wait=false');
      }
    },
  },
  {
    name: 'the image that is there, and not the model',
    variants: ['artifact-missing'],
    act: builtIn,
  },
  {
    name: 'the probe, and not what it tells',
    variants: ['probe-lies'],
    act: (operator) => pods(operator, { containers: [{ name: 'inference', ...probe('/readyz') }] }),
  },
  {
    name: 'ask more often',
    variants: ['probe-lies'],
    disturbs: true,
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'retry.attempts=6');
    },
  },
  // Whoever is mended or made smaller by one leaves nothing to learn for the next.
  {
    name: 'one region only',
    variants: BASE,
    disturbs: true,
    async act(operator) {
      await toVerified(operator, [EU]);
      await careful(operator);
    },
  },
  {
    name: 'Europe alone, and the canary as it is',
    variants: ['probe-lies'],
    disturbs: true,
    async act(operator) {
      await kubectl(operator, '-n', EU, 'rollout', 'undo', 'deployment', 'inference');
    },
  },
  {
    name: 'back, and a strategy that takes everybody the next time too',
    variants: TAKES_ALL,
    disturbs: true,
    async act(operator) {
      await toVerified(operator);
      await rolledOut(operator);
      // It recovers, and does not last: customers have to be well before that shows.
      await delay(WELL_AGAIN_MS, undefined, { signal: operator.signal });
    },
  },
  {
    name: 'no probe, so that everybody is ready',
    variants: ['artifact-missing'],
    disturbs: true,
    async act(operator) {
      await builtIn(operator);
      await pods(operator, { containers: [{ name: 'inference', readinessProbe: null }] });
    },
  },
  {
    name: 'the view, and a probe that would let the next one in too',
    variants: ['probe-lies'],
    disturbs: true,
    async act(operator) {
      await setEnv(operator, 'FEATURE_VIEW-');
      await resume(operator);
      await rolledOut(operator);
      await delay(WELL_AGAIN_MS, undefined, { signal: operator.signal });
    },
  },
  {
    name: 'ask for one',
    variants: BASE,
    disturbs: true,
    act: (operator) => inBoth(operator, ['scale'], '--replicas', '1'),
  },
  {
    name: 'ask for none',
    variants: BASE,
    disturbs: true,
    act: (operator) => inBoth(operator, ['scale'], '--replicas', '0'),
  },
  // A gateway that is started anew waits for inference, and there is none: the two that restart it would take minutes.
  ...usualCheats(PLATFORMS).filter(({ name }) => !/^(restart everything|scale whoever)/.test(name)),
];
