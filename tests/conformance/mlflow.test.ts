import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { startRegistry, type TestRegistry, TOKEN } from '../support/registry.ts';

/** Names an interpreter with MLflow's client (`pip install mlflow-skinny`), for instance one of a virtual environment. */
const python = process.env.FIREDRILL_PYTHON ?? 'python3';
const path = (name: string) => new URL(name, import.meta.url).pathname;

const installed = spawnSync(python, ['-c', 'import mlflow'], { stdio: 'ignore' }).status === 0;
if (!installed) console.warn(`skipped: ${python} has no mlflow; set FIREDRILL_PYTHON to one that has`);

interface Step {
  step: string;
  seen: unknown;
}
const parse = (lines: string): Step[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);

let registry: TestRegistry | undefined;
afterAll(() => registry?.forget());

/** `mlflow.jsonl` is what the client made of the server that comes with MLflow 3.17.2 (`mlflow server`, SQLite). */
test.skipIf(!installed)(
  "MLflow's client sees what it sees at MLflow's own server",
  { timeout: 120_000 },
  async () => {
    registry = await startRegistry();
    const { stdout } = await promisify(execFile)(python, [path('./mlflow_client.py')], {
      env: {
        ...process.env,
        MLFLOW_TRACKING_URI: registry.url,
        MLFLOW_TRACKING_TOKEN: TOKEN,
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      },
    });
    const expected = parse(readFileSync(path('./mlflow.jsonl'), 'utf8'));
    const found = new Map(parse(stdout).map(({ step, seen }) => [step, seen]));
    for (const { step, seen } of expected) expect(found.get(step), step).toEqual(seen);
    expect(found.size).toBe(expected.length);
  },
);
