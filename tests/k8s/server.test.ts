import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { waitFor } from '../../lib/kit/wait.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { type Players, playNodes } from '../support/cluster/players.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';
import { groundOf } from './ground.ts';
import type { Manifest } from './manifest.ts';
import { quantity } from './quantity.ts';
import { Checkout, KUSTOMIZE, WITHOUT_KUSTOMIZE } from './render.ts';
import { notStanding } from './standing.ts';

const missing = whyNoCluster() ?? (KUSTOMIZE ? undefined : WITHOUT_KUSTOMIZE);
if (missing) console.warn(`tests against a real API server are skipped: ${missing}`);

const DEADLINE = { deadlineMs: 180_000, everyMs: 500 };
const POLL = { timeout: 60_000, interval: 500 };

describe.skipIf(missing)(`a real API server and ${missing ?? 'played nodes'}`, { timeout: 240_000 }, () => {
  describe.each(['k8s/overlays/kind', 'k8s/overlays/cloud'] as const)('takes %s', (path) => {
    let plane: ControlPlane;
    let players: Players;
    let checkout: Checkout;
    let manifests: Manifest[];
    const apply = (...args: string[]) =>
      plane.kubectl.tries(['apply', '--server-side', ...args, '-k', `${checkout.folder}/${path}`]);

    beforeAll(async () => {
      checkout = new Checkout();
      checkout.configure();
      manifests = checkout.render(path);
      plane = await startControlPlane();
      const { disks, nodes } = groundOf(path, manifests);
      await plane.kubectl.create(...disks);
      players = await playNodes(plane, nodes);
      await plane.kubectl.create(...manifests.filter(({ kind }) => kind === 'Namespace'));
    }, 240_000);
    afterAll(async () => {
      await players?.stop();
      await plane?.stop();
      checkout?.remove();
    });

    const nodesOf = async (app: string): Promise<string[]> => {
      const pods = await plane.kubectl.list('pods', '-l', `app.kubernetes.io/name=${app}`);
      return pods.map(({ spec }) => spec.nodeName as string);
    };

    test('every object, without a warning, before anything is made', async () => {
      const { code, stdout, stderr } = await apply('--dry-run=server');
      expect([code, stderr]).toEqual([0, '']);
      const taken = stdout.trim().split('\n');
      expect(taken.every((line) => line.endsWith('serverside-applied (server dry run)'))).toBe(true);
      expect(taken).toHaveLength(manifests.length);
      expect(await plane.kubectl.list('deployments')).toEqual([]);
    });

    test('and all of it stands: pods have nodes and disks, jobs are done', async () => {
      expect(await apply()).toMatchObject({ code: 0, stderr: '' });
      let wrong: string[] = [];
      await waitFor(
        'all of it to stand',
        async () => {
          wrong = await notStanding(plane.kubectl);
          return wrong.length === 0;
        },
        DEADLINE,
      ).catch((error: Error) => {
        throw new Error(`${error.message}:\n${wrong.join('\n')}`);
      });
      const made = await plane.kubectl.list('deployments,statefulsets,cronjobs');
      expect(made.length).toBeGreaterThan(10);
    });

    test('a second time, and changes nothing', async () => {
      const generations = async () =>
        (await plane.kubectl.list('deployments,statefulsets,cronjobs,services,networkpolicies')).map(
          ({ kind, metadata }) => [kind, metadata.namespace, metadata.name, metadata.generation],
        );
      const before = await generations();
      expect(await apply()).toMatchObject({ code: 0, stderr: '' });
      expect(await generations()).toEqual(before);
    });

    test('disks keep what shares them on one node', async () => {
      const hosts = await Promise.all(['features', 'pipeline', 'prepare', 'world'].map(nodesOf));
      expect(hosts.map((nodes) => nodes.length)).toEqual([1, 1, 1, 1]);
      expect(new Set(hosts.flat()).size).toBe(1);
    });

    test('quotas count the pods, and have room', async () => {
      const quotas = await plane.kubectl.list('resourcequotas');
      expect(quotas.map(({ metadata }) => metadata.namespace).sort()).toEqual([
        'firedrill',
        'firedrill-eu',
        'firedrill-us',
      ]);
      for (const { metadata, status } of quotas) {
        for (const [resource, hard] of Object.entries<string>(status.hard)) {
          const used = quantity(status.used[resource]);
          expect(used, `${metadata.namespace} ${resource}`).toBeLessThanOrEqual(quantity(hard));
          if (resource.includes('cpu')) expect(used, metadata.namespace).toBeGreaterThan(0);
        }
      }
    });

    test('and no pod beyond the quota, or less locked up than ours', async () => {
      const template = manifests.find(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === 'firedrill-eu',
      )!.spec.template;
      const pod = (change: (container: Record<string, unknown>) => void) => {
        const spec = structuredClone(template.spec);
        for (const container of spec.containers) change(container);
        return stringify({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'one-more', namespace: 'firedrill-eu' },
          spec,
        });
      };
      const create = (text: string) => plane.kubectl.tries(['create', '--dry-run=server', '-f', '-'], text);
      expect(await create(pod(() => {}))).toMatchObject({ code: 0 });
      const greedy = await create(
        pod((container) => {
          container.resources = { requests: { cpu: '64', memory: '64Mi' }, limits: { memory: '64Mi' } };
        }),
      );
      expect(greedy).toMatchObject({ code: 1, stderr: expect.stringContaining('exceeded quota: region') });
      const rude = await create(
        pod((container) => {
          container.securityContext = { allowPrivilegeEscalation: true };
        }),
      );
      expect(rude.stderr).toContain('violates PodSecurity "restricted:latest"');
    });

    test('autoscalers find what they scale, budgets what they protect', async () => {
      const all = (kind: string, answer: unknown) =>
        manifests.filter((one) => one.kind === kind).map(() => answer);
      const scalers = async () =>
        (await plane.kubectl.list('horizontalpodautoscalers')).map(
          ({ status }) =>
            (status.conditions ?? []).find(({ type }: { type: string }) => type === 'AbleToScale')?.status,
        );
      await expect.poll(scalers, POLL).toEqual(all('HorizontalPodAutoscaler', 'True'));
      const allowed = async () =>
        (await plane.kubectl.list('poddisruptionbudgets')).map(
          ({ status }) => status.expectedPods > 0 && status.disruptionsAllowed === 1,
        );
      await expect.poll(allowed, POLL).toEqual(all('PodDisruptionBudget', true));
    });

    test('jobs from the cron job, and the challengers', async () => {
      await plane.kubectl.run(
        ...['-n', 'firedrill', 'create', 'job', '--from=cronjob/retrain', 'retrain-now'],
      );
      await plane.kubectl.run('apply', '-k', `${checkout.folder}/k8s/jobs/challengers`);
      const done = async () => {
        const jobs = await plane.kubectl.list('jobs');
        const succeeded = Object.fromEntries(
          jobs.map(({ metadata, status }) => [metadata.name, status.succeeded]),
        );
        return succeeded['retrain-now'] === 1 && succeeded.challengers === 3;
      };
      await waitFor('both jobs', done, DEADLINE);
    });

    if (path === 'k8s/overlays/cloud')
      test('and a zone that goes takes a third of the gateways', async () => {
        const zones = (await nodesOf('gateway')).map((name) => name.slice(0, 'node-a'.length));
        expect(zones.sort()).toEqual(['node-a', 'node-b', 'node-c']);
      });
  });
});
