import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Manifest } from './manifest.ts';
import { APPLIED, renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

/** The oldest and the newest we promise; docs/kubernetes.md names them. */
const VERSIONS = ['1.33', '1.37'];

/** An interpreter with the schemas of many versions (`pip install kubernetes-validate`). */
const python = process.env.FIREDRILL_PYTHON ?? 'python3';
const script = new URL('./schemas.py', import.meta.url).pathname;
const installed = spawnSync(python, ['-c', 'import kubernetes_validate'], { stdio: 'ignore' }).status === 0;
const rendered = installed ? renderAll() : undefined;
const missing = installed
  ? WITHOUT_KUSTOMIZE
  : `skipped: ${python} has no kubernetes-validate; set FIREDRILL_PYTHON to one that has`;
if (!rendered) console.warn(missing);

function problemsOf(manifests: readonly Manifest[]): unknown[] {
  const { status, stdout, stderr } = spawnSync(python, [script, ...VERSIONS], {
    input: JSON.stringify(manifests),
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}

describe.skipIf(!rendered)(`schemas of Kubernetes ${VERSIONS.join(' and ')}`, { timeout: 120_000 }, () => {
  test.each(APPLIED)('%s is valid', (path) => {
    expect(rendered![path].length).toBeGreaterThan(3);
    expect(problemsOf(rendered![path])).toEqual([]);
  });

  test('see a field nobody knows, a wrong type, a missing field and an object nobody knows', () => {
    const base = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'wrong' } };
    const selector = { matchLabels: { a: 'b' } };
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
    const wrong: Manifest[] = [
      { ...base, spec: { selector, template, replica: 1 } },
      { ...base, spec: { selector, template, replicas: 'two' } },
      { ...base, spec: { template } },
      { ...base, apiVersion: 'extensions/v1beta1', spec: { selector, template } },
      { ...base, spec: { selector, template } },
    ];
    expect(problemsOf(wrong).map((problem) => (problem as { message: string }).message)).toEqual(
      VERSIONS.flatMap(() => [
        expect.stringContaining("'replica' was unexpected"),
        expect.stringContaining("'two' is not"),
        expect.stringContaining("'selector' is a required property"),
        expect.stringContaining('extensions/v1beta1'),
      ]),
    );
  });
});
