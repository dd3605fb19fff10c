import { join } from 'node:path';
import { defineWorkload } from '../definition.ts';
import { inherited } from '../environment.ts';
import { ROOT } from '../layout.ts';

export default defineWorkload({
  name: 'alertmanager',
  kind: 'backing',
  dependsOn: [],
  readiness: { http: '/-/ready' },
  scraped: true,
  launch: ({ layout, tools, portOf }) => ({
    command: tools.alertmanager,
    args: [
      `--config.file=${join(ROOT, 'infra', 'alertmanager', 'alertmanager.yml')}`,
      `--storage.path=${layout.alertmanager}`,
      `--web.listen-address=127.0.0.1:${portOf('alertmanager')}`,
      // A silence survives a crash, and is in a snapshot, once it is on disk; by default that takes a quarter of an hour.
      '--data.maintenance-interval=1s',
      // One of its own kind: no cluster, no gossip port.
      '--cluster.listen-address=',
    ],
    env: { ...inherited(), GOMEMLIMIT: '60MiB' },
    cwd: layout.alertmanager,
  }),
});
