import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_IN } from '../../targets/target.ts';
import { nodeEnvironment } from '../environment.ts';
import { ROOT } from '../layout.ts';
import { definePreparation, runJob } from '../preparation.ts';
import { nodeFlags } from '../service.ts';
import { worldEnvironment } from '../world.ts';

const HEAP_MB = 1024;

/** The bank's past, written into the lake. It appears there as a whole or not at all. */
export default definePreparation({
  name: 'history',
  title: 'writing sixty business days of history',
  dependsOn: [],
  needed: ({ layout }) =>
    access(layout.lake).then(
      () => false,
      () => true,
    ),
  async run(around, records) {
    const { layout } = around;
    const unfinished = `${layout.lake}.new`;
    await rm(unfinished, { recursive: true, force: true });
    const who = {
      name: 'history',
      index: 0,
      port: 0,
      revision: { revision: 1, settings: {}, code: BUILT_IN },
    };
    const launch = {
      command: process.execPath,
      args: [...nodeFlags(HEAP_MB), join('services', 'world', 'history.ts')],
      cwd: ROOT,
      env: {
        ...nodeEnvironment(around, who),
        ...worldEnvironment(around),
        LAKE_DIR: unfinished,
        // The past had the days that the bank will have, not those of the preparation.
        DRILL_DAY_SECONDS: String(around.daySeconds),
      },
    };
    await runJob('history', launch, around, records);
    await rename(unfinished, layout.lake);
  },
});
