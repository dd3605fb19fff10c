import { describe, expect, test } from 'vitest';
import { loadWorkloads } from '../../engine/platform/workloads.ts';
import { type PortName, portOf } from '../../lib/contract/ports.ts';
import { OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { Config as Features } from '../../services/features/config.ts';
import { Config as Consumer } from '../../services/features/consumer/config.ts';
import { GatewayConfig as Gateway } from '../../services/gateway/config.ts';
import { InferenceConfig as Inference } from '../../services/inference/config.ts';
import { Config as Monitor } from '../../services/monitor/config.ts';
import { Config as Pipeline } from '../../services/pipeline/config.ts';
import { Config as Requester } from '../../services/pipeline/requester/config.ts';
import { Config as Registry } from '../../services/registry/config.ts';
import { HistoryConfig as History, Config as World } from '../../services/world/config.ts';
import { type Container, type Manifest, type Workload, workloadsOf } from './manifest.ts';
import { APPLIED, renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

/** What an entry point reads from its environment. */
const SCHEMAS = {
  'services/gateway/main.ts': Gateway,
  'services/inference/main.ts': Inference,
  'services/registry/main.ts': Registry,
  'services/features/main.ts': Features,
  'services/features/consumer/main.ts': Consumer,
  'services/monitor/main.ts': Monitor,
  'services/pipeline/main.ts': Pipeline,
  'services/pipeline/requester/main.ts': Requester,
  'services/world/main.ts': World,
  'services/world/history.ts': History,
};
/** Read by Node and the C library. */
const OF_THE_RUNTIME = ['NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX'];
const LAPTOP = new Set<string>((await loadWorkloads()).map(({ name }) => name));
const rendered = renderAll();

interface Program {
  pod: Workload;
  container: Container;
  entry: keyof typeof SCHEMAS;
}
const programsOf = (manifests: readonly Manifest[]): Program[] =>
  workloadsOf(manifests).flatMap((pod) =>
    [...pod.initContainers, ...pod.containers].flatMap((container) => {
      const entry = container.command?.find((word) => word.startsWith('services/'));
      return entry === undefined ? [] : [{ pod, container, entry: entry as keyof typeof SCHEMAS }];
    }),
  );

/** The environment as the container sees it. @throws Error naming a ConfigMap or key that is missing */
function environmentOf({ pod, container }: Program, manifests: readonly Manifest[]): Record<string, string> {
  const dataOf = (kind: string, name: string) => {
    const found = manifests.find(
      (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === pod.namespace,
    );
    if (!found) throw new Error(`${pod.id} reads ${kind} ${name}, which is not in its namespace`);
    return found.data ?? {};
  };
  const shared = (container.envFrom ?? []).map(({ configMapRef }) => dataOf('ConfigMap', configMapRef!.name));
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => {
    if (value !== undefined) return [name, value];
    const { name: secret, key } = valueFrom!.secretKeyRef!;
    const encoded = dataOf('Secret', secret)[key];
    if (encoded === undefined) throw new Error(`${pod.id} reads ${key} of ${secret}, which has none`);
    return [name, Buffer.from(encoded, 'base64').toString()];
  });
  return Object.assign({}, ...shared, Object.fromEntries(own));
}

describe.skipIf(!rendered)(`the environment (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  describe.each(APPLIED)('of %s', (path) => {
    const manifests = rendered?.[path] ?? [];
    const programs = programsOf(manifests);

    test.each(programs.map((program) => [`${program.pod.id} ${program.container.name}`, program] as const))(
      '%s has every variable it needs, valid, and none it does not know',
      (_name, program) => {
        const schema = SCHEMAS[program.entry];
        const environment = environmentOf(program, manifests);
        expect(() => readConfig(schema, environment)).not.toThrow();
        const unknown = Object.keys(environment).filter(
          (name) => !(name in schema) && !OF_THE_RUNTIME.includes(name),
        );
        expect(unknown).toEqual([]);
      },
    );
  });

  describe.each(['k8s/overlays/kind', 'k8s/overlays/cloud'] as const)('of everybody in %s', (path) => {
    const manifests = rendered?.[path] ?? [];
    const programs = programsOf(manifests);
    const environments = programs.map((program) => ({ program, ...environmentOf(program, manifests) }));
    const all = (name: string) => [
      ...new Set(environments.map((one) => (one as Record<string, unknown>)[name]).filter(Boolean)),
    ];

    test('every service of the platform is there', () => {
      const entries = new Set(programs.map(({ entry }) => entry));
      expect([...entries].sort()).toEqual(Object.keys(SCHEMAS).sort());
    });

    test('is one clock, one seed and one operator', () => {
      for (const name of ['CLOCK_WALL_EPOCH_MS', 'DRILL_DAY_SECONDS', 'WORLD_SEED', 'ADMIN_TOKEN']) {
        expect(all(name), name).toHaveLength(1);
      }
      expect(all('CLOCK_BUSINESS_EPOCH_MS')).toEqual([String(OPENING_DAY_MS)]);
    });

    test('the truth is told to the world alone', () => {
      const told = environments.filter((one) => 'WORLD_TRUTH_TOKEN' in one);
      expect(told.map(({ program }) => program.pod.id)).toEqual(['firedrill/world']);
      const secrets = manifests.filter(
        ({ kind, metadata }) => kind === 'Secret' && /^truth/.test(metadata.name),
      );
      expect(secrets.map(({ metadata }) => metadata.namespace)).toEqual(['firedrill']);
    });

    test('Services have the ports they have on a laptop', () => {
      const services = manifests.filter(({ kind, spec }) => kind === 'Service' && spec.clusterIP !== 'None');
      for (const { metadata, spec } of services) {
        const region = metadata.namespace!.replace(/^firedrill-?/, '');
        const name = [metadata.name, region].filter(Boolean).join('-');
        const isOurs = LAPTOP.has(name) && spec.ports[0].name === 'http' && spec.ports[0].port < 9000;
        if (isOurs) expect(spec.ports[0].port, name).toBe(portOf(name as PortName));
      }
      expect(services.filter(({ spec }) => spec.ports[0].port < 4100)).toHaveLength(10);
    });
  });
});
