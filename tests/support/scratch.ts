import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One folder for whatever the tests of a run leave in the system's temporary folder: workers inherit TMPDIR, and the
 * folder goes with the run. Others may pass through it, because PostgreSQL runs as a user of its own.
 */
export default async function scratch(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-tests-'));
  await chmod(folder, 0o711);
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
