import { describe, expect, test } from 'vitest';
import { isLasting, type Manifest, selects, type Workload, workloadsOf } from './manifest.ts';
import { APPLIED, renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();
const OURS = /^ghcr\.io\/firedrill\/firedrill:[\w.-]+$/;

const containersOf = (pod: Workload) => [...pod.initContainers, ...pod.containers];
const ofKind = (manifests: readonly Manifest[], kind: string) => manifests.filter((one) => one.kind === kind);

describe.skipIf(!rendered)(`hardening (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  describe.each(APPLIED)('of %s', (path) => {
    const manifests = rendered?.[path] ?? [];
    const pods = workloadsOf(manifests);
    const each = pods.map((pod) => [`${pod.kind} ${pod.id}`, pod] as const);

    test.each(each)('%s runs as nobody, with nothing', (_name, { pod, ...workload }) => {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: expect.any(Number),
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
      expect([pod.hostNetwork, pod.hostPID, pod.hostIPC]).toEqual([undefined, undefined, undefined]);
      for (const { name, securityContext } of containersOf({ pod, ...workload })) {
        expect(securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
      const kinds = (pod.volumes ?? []).flatMap((volume: object) => Object.keys(volume)).sort();
      expect(kinds.filter((kind: string) => kind === 'hostPath')).toEqual([]);
    });

    test.each(each)('%s says what it takes', (_name, pod) => {
      for (const { name, resources } of containersOf(pod)) {
        expect(resources, name).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    });

    test.each(each)(
      '%s has images with a version, ours by the one name that overlays change',
      (_name, pod) => {
        for (const { image, command } of containersOf(pod)) {
          expect(image).toMatch(/^[^@:]+:[\w.-]+$/);
          expect(image).not.toMatch(/:latest$/);
          if (command?.[0] === 'node') expect(image).toMatch(OURS);
        }
      },
    );

    test.each(each)('%s mounts only what it has', (_name, { pod, manifest, ...workload }) => {
      const claims = manifest.spec.volumeClaimTemplates ?? [];
      const has = [
        ...(pod.volumes ?? []).map(({ name }: { name: string }) => name),
        ...claims.map((claim: Manifest) => claim.metadata.name),
      ];
      const mounted = containersOf({ pod, manifest, ...workload }).flatMap(({ volumeMounts }) =>
        (volumeMounts ?? []).map(({ name }) => name),
      );
      expect([...new Set(mounted)].sort()).toEqual([...new Set(has)].sort());
      expect(new Set(has).size).toBe(has.length);
    });
  });

  describe.each(['k8s/overlays/kind', 'k8s/overlays/cloud'] as const)('of the platform in %s', (path) => {
    const manifests = rendered?.[path] ?? [];
    const pods = workloadsOf(manifests);
    const lasting = pods.filter(isLasting);

    test('whatever lasts is probed: has it started, does it live, may it take traffic', () => {
      for (const { id, containers } of lasting) {
        for (const container of containers) {
          for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
            expect(container[probe], `${id} ${probe}`).toMatchObject({
              periodSeconds: expect.any(Number),
              failureThreshold: expect.any(Number),
            });
          }
          // `command` alone tells a service of ours from the servers of others.
          if (container.command?.[0] === 'node') {
            expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'http' } });
            expect(container.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 'http' } });
          }
        }
      }
    });

    test('every Deployment has a disruption budget that selects its pods and lets nodes be drained', () => {
      const budgets = ofKind(manifests, 'PodDisruptionBudget');
      for (const { id, namespace, labels } of pods.filter(({ kind }) => kind === 'Deployment')) {
        const own = budgets.filter(
          ({ metadata, spec }) => metadata.namespace === namespace && selects(spec.selector, labels),
        );
        expect(
          own.map(({ spec }) => spec.maxUnavailable),
          id,
        ).toEqual([1]);
      }
      expect(budgets).toHaveLength(pods.filter(({ kind }) => kind === 'Deployment').length);
    });

    test('workloads select their own pods and no others', () => {
      for (const { id, namespace, manifest } of lasting) {
        const chosen = pods.filter(
          (other) => other.namespace === namespace && selects(manifest.spec.selector, other.labels),
        );
        expect(
          chosen.map((other) => other.id),
          id,
        ).toEqual([id]);
      }
    });

    test('autoscalers scale what exists, and nobody else says how many there are', () => {
      const scalers = ofKind(manifests, 'HorizontalPodAutoscaler');
      expect(scalers).toHaveLength(3);
      for (const { metadata, spec } of scalers) {
        const target = pods.find(
          ({ kind, name, namespace }) =>
            kind === spec.scaleTargetRef.kind &&
            name === spec.scaleTargetRef.name &&
            namespace === metadata.namespace,
        );
        expect(target, metadata.name).toBeDefined();
        expect(target?.manifest.spec.replicas, metadata.name).toBeUndefined();
        expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
        // Utilization is of what is requested.
        expect(target?.containers[0]?.resources?.requests?.cpu).toBeDefined();
      }
    });

    test('every pod has a priority that exists: serving before the platform before jobs', () => {
      const classes = new Map(
        ofKind(manifests, 'PriorityClass').map((one) => [one.metadata.name, one.value!]),
      );
      for (const { id, pod, kind } of pods) {
        const value = classes.get(pod.priorityClassName);
        expect(value, id).toBeDefined();
        expect(value === classes.get('firedrill-batch'), id).toBe(kind === 'Job' || kind === 'CronJob');
      }
      const order = ['firedrill-serving', 'firedrill-platform', 'firedrill-batch'];
      const values = order.map((name) => classes.get(name)!);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect([...classes.keys()].sort()).toEqual([...order].sort());
    });

    test('every pod has an account of its own, without rights', () => {
      const accounts = ofKind(manifests, 'ServiceAccount');
      expect(accounts.every((one) => one.automountServiceAccountToken === false)).toBe(true);
      const named = accounts.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
      expect(named).toEqual(
        pods.map(({ namespace, pod }) => `${namespace}/${pod.serviceAccountName}`).sort(),
      );
      expect(manifests.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
    });

    test('namespaces admit nothing less', () => {
      const namespaces = ofKind(manifests, 'Namespace');
      expect(namespaces.map(({ metadata }) => metadata.name).sort()).toEqual([
        'firedrill',
        'firedrill-eu',
        'firedrill-us',
      ]);
      for (const { metadata } of namespaces) {
        expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      }
      const placed = manifests.filter(({ metadata }) => metadata.namespace !== undefined);
      const known = namespaces.map(({ metadata }) => metadata.name);
      expect(placed.filter(({ metadata }) => !known.includes(metadata.namespace!))).toEqual([]);
    });

    test('Jobs read nothing that changes with every opening, or applying twice would fail', () => {
      for (const { pod, containers, initContainers, id } of pods.filter(({ kind }) => kind === 'Job')) {
        const shared = [...containers, ...initContainers].flatMap(({ envFrom }) => envFrom ?? []);
        expect(shared, id).toEqual([]);
        expect(
          (pod.volumes ?? []).filter((one: object) => 'configMap' in one),
          id,
        ).toEqual([]);
      }
    });
  });
});
