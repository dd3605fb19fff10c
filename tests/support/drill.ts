import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DrillPlatform as Platform } from '../../engine/gate/platform.ts';

export type { Ran } from '../../engine/gate/platform.ts';

/** A platform driven through `./drill`, as a person would, in a folder of its own unless it is given one. */
export class DrillPlatform extends Platform {
  constructor({ base, daySeconds = 60, home }: { base: number; daySeconds?: number; home?: string }) {
    super({ base, daySeconds, home: home ?? mkdtempSync(join(tmpdir(), 'firedrill-')) });
  }
}
