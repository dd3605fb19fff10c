import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Surroundings, WorkloadDefinition } from './definition.ts';
import { ROOT } from './layout.ts';

const SECONDS = 2;

/**
 * Writes Prometheus' configuration: rules from infra/, one scrape job per workload named like it, targets in files of
 * their own that Prometheus watches, so that scaling needs no restart.
 */
export function writeScraping(workloads: readonly WorkloadDefinition[], around: Surroundings): void {
  const { layout, portOf } = around;
  const every = `${SECONDS}s`;
  const config = {
    global: {
      scrape_interval: every,
      scrape_timeout: every,
      evaluation_interval: every,
      query_log_file: join(layout.logs, 'prometheus-queries.log'),
    },
    rule_files: [join(ROOT, 'infra', 'prometheus', 'rules', '*.yml')],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${portOf('alertmanager')}`] }] }],
    },
    scrape_configs: [...workloads.filter(({ scraped }) => scraped).map(({ name }) => name), 'engine'].map(
      (name) => ({
        job_name: name,
        file_sd_configs: [{ files: [targetFile(around, name)], refresh_interval: '5s' }],
      }),
    ),
  };
  replace(join(layout.prometheus, 'prometheus.yml'), stringify(config));
  writeTargets(workloads, around);
}

/**
 * Writes who is scraped: every replica that should run, whether it does or not, so that `up` can be 0; of those in a
 * cluster, whoever has an address.
 */
export function writeTargets(workloads: readonly WorkloadDefinition[], around: Surroundings): void {
  mkdirSync(join(around.layout.prometheus, 'targets'), { recursive: true });
  const put = (name: string, urls: readonly string[]) =>
    replace(targetFile(around, name), JSON.stringify([{ targets: urls.map((url) => new URL(url).host) }]));
  for (const { name, scraped } of workloads) if (scraped) put(name, around.scrapedAt(name));
  put('engine', [around.urlOf('engine')]);
}

const targetFile = ({ layout }: Surroundings, name: string) =>
  join(layout.prometheus, 'targets', `${name}.json`);

/** Prometheus reads while we write: it must see the old file or the new one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
