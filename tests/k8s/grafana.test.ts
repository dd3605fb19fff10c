import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();
const manifests = rendered?.['k8s/overlays/kind'] ?? [];
const JSON_FOLDER = new URL('../../infra/grafana/json/', import.meta.url);

/** The ConfigMap `name`, whatever suffix it was given. */
const mapNamed = (name: string) =>
  manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && new RegExp(`^${name}-\\w{10}$`).test(metadata.name),
  );

describe.skipIf(!rendered)(`Grafana on Kubernetes (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  test('has every dashboard there is, as it is', () => {
    const data = mapNamed('grafana-dashboards')?.data ?? {};
    expect(Object.keys(data).sort()).toEqual(readdirSync(JSON_FOLDER).sort());
    for (const [name, text] of Object.entries(data)) {
      expect(text, name).toBe(readFileSync(new URL(name, JSON_FOLDER), 'utf8'));
    }
  });

  test('looks for them where they are mounted, and asks the source they name', () => {
    const grafana = manifests.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'grafana',
    );
    const { containers, volumes } = grafana!.spec.template.spec;
    const mounts = containers[0].volumeMounts as { name: string; mountPath: string }[];
    const [provider] = parse(mapNamed('grafana-providers')!.data!['dashboards.yml']!).providers;
    const mount = mounts.find(({ mountPath }) => mountPath === provider.options.path);
    const volume = volumes.find(({ name }: { name: string }) => name === mount?.name);
    expect(volume.configMap.name).toBe(mapNamed('grafana-dashboards')!.metadata.name);
    const sources = parse(mapNamed('grafana-datasources')!.data!['datasources.yml']!).datasources;
    const uids = sources.map(({ uid }: { uid: string }) => uid);
    const asked = [
      ...readFileSync(new URL('overview.json', JSON_FOLDER), 'utf8').matchAll(/"uid": "(\w+)"/g),
    ];
    expect(asked.some(([, uid]) => uid === 'prometheus')).toBe(true);
    expect(uids).toContain('prometheus');
  });
});
