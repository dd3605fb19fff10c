import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../engine/platform/layout.ts';
import { checkCluster, checkKubectl, KubeApi } from '../../engine/targets/kubernetes/api.ts';
import { ClusterCopies } from '../../engine/targets/kubernetes/copies.ts';
import { Landscape } from '../../engine/targets/kubernetes/landscape.ts';
import { readObjects } from '../../engine/targets/kubernetes/objects.ts';
import { type ControlPlane, startControlPlane } from '../support/cluster/control-plane.ts';
import { whyNoCluster } from '../support/cluster/programs.ts';

const missing = whyNoCluster();
if (missing) console.warn(`tests of whose a cluster is are skipped: ${missing}`);

const MANIFESTS = join(ROOT, 'k8s/laptop');
const POLL = { timeout: 60_000, interval: 250 };
const MARK = '/api/v1/namespaces/firedrill-devices';
const EU = '/apis/apps/v1/namespaces/firedrill-eu/deployments/inference';
const QUOTA = '/api/v1/namespaces/firedrill-eu/resourcequotas/gpus';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';

/** Command lines of kubectl that serve this socket. */
const proxiesAt = (socket: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // It has left meanwhile.
      }
    })
    .filter((command) => command.startsWith('kubectl proxy') && command.includes(socket));

describe.skipIf(missing)(
  `whose a cluster is (${missing ?? 'a real control plane'})`,
  { timeout: 240_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s-landscape-'));
    let plane: ControlPlane;
    let api: KubeApi;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      plane = await startControlPlane();
      env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: plane.kubeconfig };
      api = new KubeApi(join(folder, 'kube.sock'), env);
      await api.open();
    }, 240_000);
    afterAll(async () => {
      await api?.close();
      await plane?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** @param kept folder of the copies, in the home */
    const of = (home: string, kept = home) =>
      new Landscape({ api, home, manifests: MANIFESTS, copies: new ClusterCopies(api, join(folder, kept)) });
    const owner = async () => (await api.get(MARK))?.metadata.annotations?.['firedrill/home'];
    const hard = async () => (await api.get(QUOTA))?.spec.hard['requests.nvidia.com/gpu'];

    test('namespaces of that name which somebody else has made are left alone', async () => {
      await plane.kubectl.run('create', 'namespace', 'firedrill-eu');
      await expect(of('one').settle()).rejects.toThrow(
        /this cluster has firedrill-eu, and not from `.\/drill up`/,
      );
      expect(await readObjects(api)).toEqual({});
      await plane.kubectl.run('delete', 'namespace', 'firedrill-eu');
    });

    test('it is one platform at a time, and what it was when it left is what it comes back as', async () => {
      await of('one').settle();
      await expect(of('two').settle()).rejects.toThrow(/another platform lives in this cluster, that of one/);
      expect(await of('two').leave({ keep: true })).toBe(false);
      await api.patch(QUOTA, { spec: { hard: { 'requests.nvidia.com/gpu': '3' } } });
      expect(await of('one').leave({ keep: true })).toBe(true);
      expect(await readObjects(api)).toEqual({});
      await of('one').settle();
      expect(await hard()).toBe('3');
    });

    test('what a crash has left stays; what one has left half made is finished', async () => {
      await api.patch(QUOTA, { spec: { hard: { 'requests.nvidia.com/gpu': '1' } } });
      await of('one').settle();
      expect(await hard()).toBe('1');
      await api.delete(QUOTA);
      await api.patch(MARK, { metadata: { annotations: { 'firedrill/settled': null } } });
      await of('one').settle();
      expect(await hard()).toBe('3');
    });

    test('one that a crash has left half taken away is taken away, and made', async () => {
      await plane.kubectl.run('delete', 'namespace', 'firedrill-devices');
      await of('two').settle();
      expect(await owner()).toBe('two');
      expect(await api.get(EU)).toBeDefined();
      expect(await hard()).toBe('4');
      expect(await of('two').leave({ keep: true })).toBe(true);
    });

    test('a job whose pods have failed holds nobody up', async () => {
      await of('two').settle();
      const jobs = '/apis/batch/v1/namespaces/firedrill-research/jobs';
      const spec = {
        completionMode: 'Indexed',
        completions: 1,
        backoffLimitPerIndex: 5,
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'trainer', image: 'firedrill/trainer:1.8' }] },
        },
      };
      await api.create(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'sweep' }, spec });
      const pods = () =>
        api.list('/api/v1/namespaces/firedrill-research/pods?labelSelector=job-name%3Dsweep');
      await expect.poll(pods, POLL).toHaveLength(1);
      const [pod] = await pods();
      await api.patch(`/api/v1/namespaces/firedrill-research/pods/${pod!.metadata.name}/status`, {
        status: { phase: 'Failed' },
      });
      const failed = async () => (await api.get(`${jobs}/sweep`))?.status.failed;
      await expect.poll(failed, POLL).toBe(1);
      expect(await of('two').leave({ keep: false })).toBe(true);
      expect(await readObjects(api)).toEqual({});
    });

    test('a home that was moved meanwhile is where it is now', async () => {
      await of('moved', 'two').settle();
      expect(await owner()).toBe('moved');
    });

    test('all of it can be taken out again, and nothing else', async () => {
      await plane.kubectl.run('create', 'priorityclass', 'above-all', '--value=900000');
      expect(await of('moved').leave({ keep: false })).toBe(true);
      expect(await readObjects(api)).toEqual({});
      expect(await api.get(`${CLASSES}/firedrill-serving`)).toBeUndefined();
      expect(await api.get(`${CLASSES}/above-all`)).toBeDefined();
    });

    test('the way to the cluster ends with whoever opened it, killed or not', async () => {
      const socket = join(folder, 'killed.sock');
      const program = `
        import { KubeApi } from ${JSON.stringify(join(ROOT, 'engine/targets/kubernetes/api.ts'))};
        await new KubeApi(${JSON.stringify(socket)}).open();
        process.stdout.write('open');
      `;
      const opener = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
      const said = await once(opener.stdout, 'data');
      expect(String(said)).toBe('open');
      expect(proxiesAt(socket)).toHaveLength(1);
      opener.kill('SIGKILL');
      await expect.poll(() => proxiesAt(socket), POLL).toEqual([]);
      const closed = new KubeApi(socket, env);
      await closed.open();
      expect(proxiesAt(socket)).toHaveLength(1);
      await closed.close();
      await expect.poll(() => proxiesAt(socket), POLL).toEqual([]);
    });
  },
);

test.skipIf(missing)('a cluster that nobody reaches is said, with the remedy', async () => {
  const env = { PATH: process.env.PATH, HOME: tmpdir(), KUBECONFIG: join(tmpdir(), 'no-such-file') };
  await expect(checkCluster(env)).rejects.toThrow(/kubectl reaches no cluster .*install kind/);
  await expect(checkKubectl({ PATH: '' })).rejects.toThrow(/needs kubectl 1.27 or newer/);
});
