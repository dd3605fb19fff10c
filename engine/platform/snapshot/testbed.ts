import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Layout, layoutOf, makeFolders } from '../layout.ts';
import { dataFiles } from './contents.ts';

/** The home of a platform nothing of which runs, in a folder of its own. */
export class TestHome {
  readonly layout: Layout;

  constructor() {
    this.layout = layoutOf(mkdtempSync(join(tmpdir(), 'home-')));
    makeFolders(this.layout);
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.layout.home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return this;
  }

  read(path: string): string {
    return readFileSync(join(this.layout.home, path), 'utf8');
  }

  /** All data, by path. */
  async data(): Promise<Record<string, string>> {
    const files = dataFiles(this.layout);
    return Object.fromEntries(files.map((path) => [path, this.read(path)]));
  }
}

export const DATA = {
  'lake/transactions/day=2025-03-02/history.parquet': 'yesterday',
  'redis/redis-log/appendonlydir/appendonly.aof.1.incr.aof': 'events',
  'artifacts/sha256/aa': 'model',
  'alertmanager/silences': 'silences',
  'state/registry/registry.db': 'versions',
  'state/registry/registry.db-wal': 'newest versions',
  'state/first-model-fraud': '',
  'state/revisions.json': '{}',
};

/** What is in a home and must neither be stored nor replaced. */
export const NOT_DATA = {
  'state/actions.jsonl': 'trail',
  'state/incident.sealed': 'journal',
  'state/clock.json': '{}',
  'state/engine/scratch/file': 'scratch',
  'logs/gateway-0.log': 'log',
  'secrets/engine': 'secret',
  'prometheus/data/wal/0': 'samples',
};
