import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const USE = `
  import { InferenceSession } from ${JSON.stringify(join(import.meta.dirname, 'runtime.ts'))};
  await InferenceSession.create(new Uint8Array(8)).catch(({ message }) => console.log(message));
`;

/** Uses the library in a process of its own. @returns what it said, and what it left at home and in the temporary folder */
async function use(): Promise<{ said: string; left: string[] }> {
  const home = await mkdtemp(join(tmpdir(), 'home-'));
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', USE],
    { env: { ...env, HOME: home, XDG_CACHE_HOME: home, TMPDIR: home } },
  );
  return { said: stdout, left: await readdir(home) };
}

test('tells nobody what runs here, and keeps no identifier of the machine', async () => {
  const { said, left } = await use();
  expect(said).toContain('Failed to load model');
  expect(left).toEqual([]);
});
