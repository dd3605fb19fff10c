import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadWorkloads } from '../../engine/platform/workloads.ts';
import type { Manifest } from './manifest.ts';
import { renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();
const manifests = rendered?.['k8s/overlays/kind'] ?? [];
const RULES = new URL('../../infra/prometheus/rules/', import.meta.url);
const installed = (tool: string) => spawnSync(tool, ['--version']).error === undefined;

/** Data of the ConfigMap `name`, whatever suffix it was given. */
const dataOf = (name: string): Record<string, string> =>
  manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && new RegExp(`^${name}-\\w{10}$`).test(metadata.name),
  )?.data ?? {};

interface ScrapeJob {
  job_name: string;
  static_configs?: { targets: string[] }[];
  dns_sd_configs?: { names: string[]; port: number }[];
}

describe.skipIf(!rendered)(`Prometheus on Kubernetes (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  const config = rendered ? parse(dataOf('prometheus')['prometheus.yml']!) : {};
  const jobs: ScrapeJob[] = config.scrape_configs ?? [];

  test('has every rule file there is', () => {
    expect(Object.keys(dataOf('prometheus-rules')).sort()).toEqual(readdirSync(RULES).sort());
  });

  test('scrapes every workload that is scraped on a laptop, under the same name and as often', async () => {
    const scraped = (await loadWorkloads()).filter((one) => one.scraped).map(({ name }) => name);
    expect(jobs.map(({ job_name }) => job_name).sort()).toEqual([...scraped].sort());
    expect(config.global).toMatchObject({ scrape_interval: '2s', evaluation_interval: '2s' });
  });

  test('asks for names that exist', () => {
    const services = manifests.filter(({ kind }) => kind === 'Service');
    const find = (name: string, namespace: string): Manifest | undefined =>
      services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    for (const { job_name, static_configs = [], dns_sd_configs = [] } of jobs) {
      for (const target of static_configs.flatMap(({ targets }) => targets)) {
        const [name, port] = target.split(':') as [string, string];
        if (name === 'localhost') continue;
        expect(find(name, 'firedrill')?.spec.ports[0].port, job_name).toBe(Number(port));
      }
      for (const { names, port } of dns_sd_configs) {
        const [name, namespace] = names[0]!.split('.') as [string, string];
        // Without a cluster address the name stands for every pod, ready or not.
        expect(find(name, namespace)?.spec, job_name).toMatchObject({
          clusterIP: 'None',
          publishNotReadyAddresses: true,
          ports: [{ port }],
        });
      }
    }
  });

  test.skipIf(!installed('promtool'))('is configured as promtool wants it (skipped without promtool)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    try {
      mkdirSync(join(folder, 'rules'));
      const text = dataOf('prometheus')['prometheus.yml']!.replaceAll('/etc/prometheus', folder);
      writeFileSync(join(folder, 'prometheus.yml'), text);
      for (const [name, rules] of Object.entries(dataOf('prometheus-rules'))) {
        writeFileSync(join(folder, 'rules', name), rules);
      }
      const { status, stdout, stderr } = spawnSync(
        'promtool',
        ['check', 'config', join(folder, 'prometheus.yml')],
        {
          encoding: 'utf8',
        },
      );
      expect({ status, output: stdout + stderr }).toEqual({
        status: 0,
        output: expect.stringMatching(/SUCCESS: \d+ rules found/),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
