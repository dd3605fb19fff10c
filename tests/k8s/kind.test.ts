import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkCluster } from '../../engine/targets/kubernetes/api.ts';
import { KindCluster } from '../../engine/targets/kubernetes/kind.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';

const missing = whyNoCluster();
if (missing) console.warn(`tests of clusters made by kind are skipped: ${missing}`);

/**
 * Stands in for kind, whose nodes are images: takes the arguments that kind 0.30 takes and no others, and its cluster is a
 * control plane that runs already. The lines of the failure are kind's.
 */
const KIND = `#!/bin/sh
case "$*" in
  version) echo 'kind v0.30.0 go1.24.6 linux/amd64' ;;
  'get clusters') cat "$MADE" 2>/dev/null || echo 'No kind clusters found.' >&2 ;;
  'create cluster --name firedrill --wait 3m')
    if [ -n "$NO_DOCKER" ]; then
      printf 'Creating cluster "firedrill" ...\\nERROR: failed to create cluster: docker is not there\\n\\nCommand Output: none\\n' >&2
      exit 1
    fi
    echo firedrill >"$MADE"; cp "$PLANE" "$KUBECONFIG" ;;
  'export kubeconfig --name firedrill') cp "$PLANE" "$KUBECONFIG" ;;
  'delete cluster --name firedrill')
    if [ -n "$NO_DOCKER" ]; then echo 'ERROR: failed to delete cluster "firedrill"' >&2; exit 1; fi
    rm -f "$MADE" "$KUBECONFIG" ;;
  *) echo "ERROR: unknown command $*" >&2; exit 1 ;;
esac
`;

describe.skipIf(missing)(`a cluster made by kind (${missing ?? 'kind played, control plane real'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-kind-'));
  const record = join(folder, 'record');
  const env: NodeJS.ProcessEnv = {
    PATH: [folder, process.env.PATH].join(delimiter),
    HOME: folder,
    KUBECONFIG: join(folder, 'config'),
    MADE: join(folder, 'made'),
  };
  let plane: ControlPlane;

  beforeAll(async () => {
    writeFileSync(join(folder, 'kind'), KIND, { mode: 0o755 });
    plane = await startControlPlane();
    env.PLANE = plane.kubeconfig;
  }, 240_000);
  afterAll(async () => {
    await plane?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const file of [record, env.KUBECONFIG!, env.MADE!]) rmSync(file, { force: true });
  });

  test('it is there when it is made, and gone when it is removed', async () => {
    const kind = new KindCluster(record, env);
    expect(await kind.available()).toBe(true);
    await expect(checkCluster(env)).rejects.toThrow('kubectl reaches no cluster');
    await kind.make();
    await checkCluster(env);
    await new KindCluster(record, env).remove();
    expect(existsSync(env.MADE!)).toBe(false);
    expect(existsSync(record)).toBe(false);
  });

  test('one that was there already is used, and stays', async () => {
    writeFileSync(env.MADE!, 'another\nfiredrill\n');
    const kind = new KindCluster(record, env);
    await kind.make();
    await checkCluster(env);
    await kind.remove();
    expect(existsSync(env.MADE!)).toBe(true);
  });

  test('one that was left by an engine that was killed is taken away by the next', async () => {
    await new KindCluster(record, env).make();
    rmSync(env.KUBECONFIG!);
    const next = new KindCluster(record, env);
    await next.make();
    await checkCluster(env);
    await next.remove();
    expect(existsSync(env.MADE!)).toBe(false);
  });

  test('why there is none is said, with the remedy; what was begun is taken away', async () => {
    const kind = new KindCluster(record, { ...env, NO_DOCKER: 'yes' });
    await expect(kind.make()).rejects.toThrow(
      'kubectl reaches no cluster, and kind makes none (failed to create cluster: docker is not there); start Docker,',
    );
    expect(existsSync(record)).toBe(true);
    await new KindCluster(record, env).remove();
    expect(existsSync(record)).toBe(false);
  });

  test('one that cannot be taken away is said, and tried again', async () => {
    await new KindCluster(record, env).make();
    await expect(new KindCluster(record, { ...env, NO_DOCKER: 'yes' }).remove()).rejects.toThrow(
      'kind cannot take its cluster away (failed to delete cluster "firedrill"); start Docker and run',
    );
    await new KindCluster(record, env).remove();
    expect(existsSync(env.MADE!)).toBe(false);
  });

  test('a cluster that was there before is nobody else’s to take away', async () => {
    copyFileSync(env.PLANE!, env.KUBECONFIG!);
    await new KindCluster(record, env).remove();
    await checkCluster(env);
  });

  test('a machine without kind has none', async () => {
    expect(await new KindCluster(record, { PATH: '' }).available()).toBe(false);
  });
});
