import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { toGrafana } from './dashboard.ts';
import { loadDashboards } from './load.ts';

/** Writes json/, which Grafana reads, from dashboards/, which people edit: `node infra/grafana/write.ts`. */
const folder = new URL('./json/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const dashboard of await loadDashboards()) {
  const text = JSON.stringify(toGrafana(dashboard), null, 2);
  writeFileSync(new URL(`${dashboard.uid}.json`, folder), `${text}\n`);
}
