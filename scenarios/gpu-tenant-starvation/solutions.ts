import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { inBoth, kubectl, pods, REGIONS, rolledOut } from '../cluster.ts';
import { usualCheats } from '../usual-plays.ts';

const RESEARCH = ['-n', 'firedrill-research'] as const;
const RUNNING = '--field-selector=status.phase=Running';
const WITHOUT_NODE = '--field-selector=status.phase=Pending';

async function share(operator: Operator, gpus: number): Promise<void> {
  const patch = JSON.stringify({ spec: { hard: { 'requests.nvidia.com/gpu': String(gpus) } } });
  await kubectl(operator, ...RESEARCH, 'patch', 'resourcequota', 'gpus', '-p', patch);
}

const first = (operator: Operator): Promise<void> =>
  pods(operator, { priorityClassName: 'firedrill-serving' });

/** Some of a user's pods that run. The jobs stay, and make them again when there is room; nobody waits for that. */
async function evict(operator: Operator, user: string, count: number): Promise<void> {
  const found = await kubectl(
    operator,
    ...RESEARCH,
    'get',
    'pods',
    '-l',
    `user=${user}`,
    RUNNING,
    '-o',
    'json',
  );
  const { items } = JSON.parse(found) as {
    items: { metadata: { name: string; deletionTimestamp?: string } }[];
  };
  const staying = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  const names = staying.slice(0, count).map(({ metadata }) => metadata.name);
  await kubectl(operator, ...RESEARCH, 'delete', 'pods', '--wait=false', ...names);
}

/** What customers get is read over ten seconds. Who looks sooner sees the time before, and not whether it lasts. */
const SHOWS_AFTER_MS = 15_000;

async function shown(operator: Operator): Promise<void> {
  await rolledOut(operator);
  await delay(SHOWS_AFTER_MS, undefined, { signal: operator.signal });
}

const deleteWaiting = async (operator: Operator): Promise<void> => {
  for (const namespace of [...REGIONS, 'firedrill-risk']) {
    await kubectl(operator, '-n', namespace, 'delete', 'pods', WITHOUT_NODE);
  }
};

export const solutions: Play[] = [
  {
    name: 'a share for research, and serving first',
    variants: ['base'],
    async act(operator) {
      await share(operator, 4);
      await first(operator);
      await rolledOut(operator);
    },
  },
  {
    name: 'training below serving, and its pods anew',
    variants: ['training-preempts-inference'],
    async act(operator) {
      await kubectl(operator, 'delete', 'priorityclass', 'research-deadline');
      await kubectl(
        operator,
        ...['create', 'priorityclass', 'research-deadline', '--value=500', '--preemption-policy=Never'],
      );
      await first(operator);
      await kubectl(operator, ...RESEARCH, 'delete', 'pods', '-l', 'user=mei', '--wait=false');
      await rolledOut(operator);
    },
  },
  {
    name: 'serving above everything',
    variants: ['training-preempts-inference'],
    async act(operator) {
      await kubectl(operator, 'create', 'priorityclass', 'answers', '--value=2000000');
      await kubectl(operator, 'label', 'priorityclass', 'answers', 'firedrill/target=kubernetes');
      await pods(operator, { priorityClassName: 'answers' });
      await rolledOut(operator);
    },
  },
  {
    name: 'a share for research, serving first, and a queue at the jobs',
    variants: ['twenty-jobs-one-user'],
    async act(operator) {
      await share(operator, 4);
      await kubectl(operator, ...RESEARCH, 'delete', 'pods', WITHOUT_NODE);
      await first(operator);
      await rolledOut(operator);
    },
  },
];

const CROWDED = ['base', 'twenty-jobs-one-user'];

export const cheats: Play[] = [
  {
    name: 'ask for as many as there are',
    variants: CROWDED,
    act: (operator) => inBoth(operator, ['scale'], '--replicas', '1'),
  },
  { name: 'delete the pods that wait', act: deleteWaiting },
  {
    name: 'a larger quota for who waits',
    variants: CROWDED,
    async act(operator) {
      const patch = JSON.stringify({ spec: { hard: { 'requests.nvidia.com/gpu': '12' } } });
      for (const namespace of [...REGIONS, 'firedrill-risk']) {
        await kubectl(operator, '-n', namespace, 'patch', 'resourcequota', 'gpus', '-p', patch);
      }
    },
  },
  {
    name: 'a smaller quota, which takes nothing back',
    act: (operator) => share(operator, 4),
  },
  {
    name: 'a disruption budget',
    variants: ['training-preempts-inference'],
    async act(operator) {
      for (const region of REGIONS) {
        const patch = ['patch', 'pdb', 'inference', '-p', '{"spec":{"maxUnavailable":0}}'];
        await kubectl(operator, '-n', region, ...patch);
      }
    },
  },
  // Restarting everything never ends here: the gateway waits for inference.
  ...usualCheats(['inference-eu', 'inference-us']).filter(({ name }) => name !== 'restart everything'),
  // The first of these comes after the others in the same incident.
  {
    name: 'delete the jobs of who has too much',
    variants: ['base', 'training-preempts-inference'],
    disturbs: true,
    async act(operator) {
      await kubectl(operator, ...RESEARCH, 'delete', 'jobs', '-l', 'user in (noa,mei)');
      await rolledOut(operator);
    },
  },
  {
    name: 'suspend the jobs of who has too much',
    variants: ['twenty-jobs-one-user'],
    disturbs: true,
    async act(operator) {
      const jobs = await kubectl(operator, ...RESEARCH, 'get', 'jobs', '-l', 'user=noa', '-o', 'name');
      const patch = ['patch', '--type=merge', '-p', '{"spec":{"suspend":true}}'];
      await kubectl(operator, ...RESEARCH, ...patch, ...jobs.split('\n').filter(Boolean));
      await rolledOut(operator);
    },
  },
  {
    name: 'the class lowered, and who runs keeps what it was made with',
    variants: ['training-preempts-inference'],
    disturbs: true,
    async act(operator) {
      await kubectl(operator, 'delete', 'priorityclass', 'research-deadline');
      await kubectl(operator, 'create', 'priorityclass', 'research-deadline', '--value=500');
      await first(operator);
      await shown(operator);
    },
  },
  {
    name: 'room for as many as run now',
    variants: ['training-preempts-inference'],
    disturbs: true,
    async act(operator) {
      await share(operator, 10);
      await evict(operator, 'mei', 2);
      await shown(operator);
    },
  },
  {
    name: 'serving first, and no share for anybody',
    variants: ['base'],
    disturbs: true,
    async act(operator) {
      await first(operator);
      await shown(operator);
    },
  },
  {
    name: 'pods taken for this night only',
    variants: ['base'],
    disturbs: true,
    async act(operator) {
      await evict(operator, 'noa', 6);
      await shown(operator);
    },
  },
  {
    name: 'a share and serving first, and the pods that wait come next',
    variants: ['twenty-jobs-one-user'],
    disturbs: true,
    async act(operator) {
      await share(operator, 4);
      await first(operator);
      await shown(operator);
    },
  },
  {
    name: 'do without a GPU',
    variants: ['base'],
    disturbs: true,
    async act(operator) {
      const resources = { requests: { 'nvidia.com/gpu': null }, limits: { 'nvidia.com/gpu': null } };
      await pods(operator, { containers: [{ name: 'inference', resources }] });
    },
  },
];
