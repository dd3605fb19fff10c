import { join } from 'node:path';
import { defineWorkload } from '../definition.ts';
import { inherited } from '../environment.ts';

export default defineWorkload({
  name: 'prometheus',
  kind: 'backing',
  // Watching starts when there is something to watch; earlier it would page about a bank that is still opening.
  dependsOn: [
    'gateway',
    'inference-eu',
    'inference-us',
    'features',
    'feature-consumer',
    'monitor',
    'pipeline',
  ],
  readiness: { http: '/-/ready' },
  scraped: true,
  launch: ({ layout, tools, portOf }) => ({
    command: tools.prometheus,
    args: [
      `--config.file=${join(layout.prometheus, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(layout.prometheus, 'data')}`,
      '--storage.tsdb.retention.time=7d',
      // A restart marks nothing as stale, and what was true before it is not for five minutes: a few scrapes is enough.
      '--query.lookback-delta=15s',
      '--storage.tsdb.retention.size=512MB',
      `--web.listen-address=127.0.0.1:${portOf('prometheus')}`,
    ],
    env: { ...inherited(), GOMEMLIMIT: '120MiB', GOMAXPROCS: '2' },
    cwd: layout.prometheus,
  }),
});
