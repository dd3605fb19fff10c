import { expect, test } from 'vitest';
import type { Live } from './api.ts';
import { type ContainerRun, idle, podStatus, whyUnscheduled, working } from './status.ts';

const NOW = '2026-03-01T10:00:00Z';
const EARLIER = '2026-03-01T09:00:00Z';
const pod = (status: object = {}): Live => ({
  metadata: { name: 'inference-1' },
  spec: { nodeName: 'gpu-1', containers: [{ name: 'inference', image: 'firedrill/services:built-in' }] },
  status,
});
const run = (change: Partial<ContainerRun>): ContainerRun => ({ ...idle(Date.parse(EARLIER)), ...change });
const shortOf = (status: object) => {
  const { phase, conditions, containerStatuses } = status as {
    phase: string;
    conditions: { type: string; status: string }[];
    containerStatuses: { state: object; ready: boolean }[];
  };
  const ready = conditions.find(({ type }) => type === 'Ready')!.status;
  return [phase, ready, Object.keys(containerStatuses[0]!.state)[0], containerStatuses[0]!.ready];
};

test.each([
  [
    'not started yet',
    run({ state: 'stopped', startedAt: undefined }),
    ['Pending', 'False', 'waiting', false],
  ],
  ['starting', run({ state: 'starting' }), ['Running', 'False', 'running', false]],
  ['ready', run({}), ['Running', 'True', 'running', true]],
  [
    'in back-off',
    run({ state: 'backoff', startedAt: undefined, restarts: 2 }),
    ['Running', 'False', 'waiting', false],
  ],
  ['done', run({ completed: true }), ['Succeeded', 'False', 'terminated', false]],
  ['stopped for good', run({ stopped: true }), ['Failed', 'False', 'terminated', false]],
])('a container that is %s', (_name, view, expected) => {
  expect(shortOf(podStatus(pod(), view, NOW))).toEqual(expected);
});

test('who has run once is never pending again', () => {
  const stopped = run({ state: 'stopped', startedAt: undefined });
  expect(podStatus(pod({ phase: 'Running' }), stopped, NOW)).toMatchObject({ phase: 'Running' });
});

test('an image that is refused is waited for, with the reason', () => {
  const refused = { reason: 'ErrImagePull', message: 'a:b is no image these nodes have' };
  const status = podStatus(pod(), run({ state: 'starting', startedAt: undefined, refused }), NOW);
  expect(status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: refused } }] });
});

test('a condition keeps the time since when it holds', () => {
  const conditions = [
    { type: 'Ready', status: 'True', lastTransitionTime: EARLIER },
    { type: 'ContainersReady', status: 'False', lastTransitionTime: EARLIER },
  ];
  const status = podStatus(pod({ conditions }), run({}), NOW) as {
    conditions: { type: string; lastTransitionTime: string }[];
  };
  const since = Object.fromEntries(status.conditions.map((one) => [one.type, one.lastTransitionTime]));
  expect(since).toMatchObject({ Ready: EARLIER, ContainersReady: NOW });
});

test('why a pod has no node is what the scheduler says', () => {
  const message = '0/4 nodes are available: 4 Insufficient nvidia.com/gpu.';
  const waiting = { ...pod({ conditions: [{ type: 'PodScheduled', status: 'False', message }] }), spec: {} };
  expect(whyUnscheduled(waiting)).toBe(message);
  expect(whyUnscheduled({ ...waiting, status: {} })).toBe('waits for the scheduler');
  expect(whyUnscheduled(pod())).toBeUndefined();
});

test('work is done after as many seconds as its container says, and never where it says nothing', () => {
  const asking = (env: object[]): Live => ({ ...pod(), spec: { containers: [{ name: 'trainer', env }] } });
  const seconds = [{ name: 'WORK_SECONDS', value: '60' }];
  const begun = (secondsAgo: number) => Date.now() - secondsAgo * 1_000;
  expect(working(asking(seconds), begun(50))().completed).toBeUndefined();
  expect(working(asking(seconds), begun(70))()).toMatchObject({
    completed: true,
    startedAt: expect.any(Number),
  });
  expect(working(asking([]), begun(1e9))().completed).toBeUndefined();
});
