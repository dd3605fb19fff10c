import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { TOPICS } from '../../lib/contract/events.ts';
import { type Manifest, workloadsOf } from './manifest.ts';
import { Network } from './policies.ts';
import { Checkout, KUSTOMIZE, WITHOUT_KUSTOMIZE } from './render.ts';

/** The folder of KEDA's own CustomResourceDefinitions: config/crd/bases of the Go module github.com/kedacore/keda/v2. */
const CRDS = process.env.KEDA_CRDS ?? '';
const known = existsSync(join(CRDS, 'keda.sh_scaledobjects.yaml'));
if (!known) console.warn("skipped: $KEDA_CRDS does not name the folder of KEDA's CustomResourceDefinitions");

/** The kind overlay with the KEDA component added, as docs/kubernetes.md says. */
function renderWithKeda(): Manifest[] {
  const checkout = new Checkout();
  try {
    checkout.configure();
    const folder = join(checkout.folder, 'k8s/overlays/mine');
    mkdirSync(folder);
    const text = 'resources: [../kind]\ncomponents: [../../components/keda]\n';
    writeFileSync(join(folder, 'kustomization.yaml'), text);
    return checkout.render('k8s/overlays/mine');
  } finally {
    checkout.remove();
  }
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: unknown;
}
/** A server drops what a CustomResourceDefinition does not name; here it is an error. */
function strict(schema: Schema): Schema {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(items && { items: strict(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, strict(one)])),
      additionalProperties: schema.additionalProperties ?? false,
    }),
  };
}

describe.skipIf(!KUSTOMIZE)(`KEDA's example (${KUSTOMIZE ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  const manifests = KUSTOMIZE ? renderWithKeda() : [];
  const scaled = manifests.find(({ kind }) => kind === 'ScaledObject')!;
  const consumer = workloadsOf(manifests).find(({ name }) => name === 'feature-consumer')!;

  test('scales a Deployment that exists, which leaves its number to it, to at most one member a partition', () => {
    expect(scaled.spec.scaleTargetRef.name).toBe(consumer.name);
    expect(scaled.metadata.namespace).toBe(consumer.namespace);
    expect(consumer.manifest.spec.replicas).toBeUndefined();
    expect(scaled.spec.maxReplicaCount).toBe(TOPICS.transactions);
  });

  test('asks for a series that the rules record', () => {
    const [trigger] = scaled.spec.triggers;
    const rules = readFileSync(new URL('../../infra/prometheus/rules/eventlog.yml', import.meta.url), 'utf8');
    expect(rules).toContain(`record: ${trigger.metadata.query.split('{')[0]}`);
    expect(trigger.metadata.query).toContain('topic="transactions"');
  });

  test('its operator may ask Prometheus', () => {
    const operator = {
      namespace: 'keda',
      labels: { app: 'keda-operator' },
      id: 'keda/keda-operator',
    } as unknown as typeof consumer;
    const prometheus = workloadsOf(manifests).find(({ name }) => name === 'prometheus')!;
    const namespaces = [...manifests, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'keda' } }];
    // What leaves KEDA's namespace is not ours to say.
    expect(new Network(namespaces).halfOpen(operator, prometheus)).toEqual([9090]);
    expect(new Network(namespaces).halfOpen(operator, consumer)).toEqual([]);
  });

  test.skipIf(!known)('is what its CustomResourceDefinition asks for', () => {
    const crd = parse(readFileSync(join(CRDS, 'keda.sh_scaledobjects.yaml'), 'utf8'));
    const { schema } = crd.spec.versions.find(({ name }: { name: string }) => name === 'v1alpha1');
    const ajv = new Ajv({ strict: false, formats: { int32: true, int64: true } });
    const validate = ajv.compile({ ...strict(schema.openAPIV3Schema.properties.spec) });
    expect(validate(scaled.spec) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...scaled.spec, minReplicas: 1 })).toBe(false);
  });
});
