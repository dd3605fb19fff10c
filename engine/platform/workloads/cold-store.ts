import { join } from 'node:path';
import { defineWorkload } from '../definition.ts';
import { inherited } from '../environment.ts';
import { ROOT } from '../layout.ts';
import { findPostgres, launchPostgres } from '../postgres.ts';

export default defineWorkload({
  name: 'cold-store',
  kind: 'backing',
  // Only who needs it pays for it: ./drill scale cold-store --replicas 1
  replicas: 0,
  check: () => void findPostgres(),
  dependsOn: [],
  readiness: { postgres: true },
  startsWithinMs: 60_000,
  scraped: false,
  launch: ({ layout }, { port }) =>
    launchPostgres({
      script: join(ROOT, 'infra', 'postgres', 'start.sh'),
      data: join(layout.postgres, 'data'),
      port,
      password: join(layout.secrets, 'cold-store'),
      env: inherited(),
    }),
});
