import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Operator, Play } from '../engine/contract/play.ts';

// Cheats that make a page go away in any incident, and what plays often do.

/** Changes the running process alone, past the release that would keep it. */
export async function setLive(
  { run, url, adminToken }: Operator,
  workload: Parameters<Operator['url']>[0],
  settings: Record<string, unknown>,
): Promise<void> {
  const token = `authorization: Bearer ${adminToken}`;
  const body = JSON.stringify(settings);
  await run('curl', '-sf', '-X', 'PATCH', '-H', token, '--json', body, `${url(workload)}/v1/settings`);
}

const silence: Play = {
  name: 'silence the alert',
  async act({ run, url }) {
    const alertmanager = `--alertmanager.url=${url('alertmanager')}`;
    const why = ['--author=on-call', '--comment=known', '--duration=2h'];
    await run('amtool', alertmanager, 'silence', 'add', ...why, 'severity=page');
  },
};

interface Processes {
  workloads: { name: string; replicas: { pid?: number }[] }[];
}

/** Prometheus gets other rules than the bank's: the same alerts, at thresholds that nothing reaches. */
const raiseThresholds: Play = {
  name: 'raise every threshold',
  // In a container its configuration cannot be written to.
  targets: ['local', 'kubernetes'],
  async act({ drill, run }) {
    const { workloads } = JSON.parse(await drill('ps', '--json')) as Processes;
    const pid = String(workloads.find(({ name }) => name === 'prometheus')?.replicas[0]?.pid);
    const file = /--config\.file=(\S+)/.exec(await run('ps', '-o', 'args=', '-p', pid))?.[1] ?? '';
    const config = await readFile(file, 'utf8');
    const pattern = /\S+\/\*\.yml/.exec(config)?.[0] ?? '';
    const ours = join(dirname(file), 'rules');
    await mkdir(ours, { recursive: true });
    for (const name of await readdir(dirname(pattern))) {
      const rules = await readFile(join(dirname(pattern), name), 'utf8');
      await writeFile(join(ours, name), rules.replaceAll(/ > [\d.]+/g, ' > 1e12'));
    }
    await writeFile(file, config.replace(pattern, join(ours, '*.yml')));
    await run('kill', '-HUP', pid);
  },
};

const restartEverything: Play = {
  name: 'restart everything',
  async act({ drill }) {
    const all = ['redis-online', 'features', 'feature-consumer', 'inference-eu', 'inference-us', 'gateway'];
    for (const workload of all) await drill('restart', workload);
  },
};

const pauseWorld: Play = {
  name: 'pause the world',
  act: (operator) => setLive(operator, 'world', { 'traffic.paused': true }),
};

const scaleToZero = (workloads: readonly string[]): Play => ({
  name: 'scale whoever suffers or tells to zero',
  disturbs: true,
  async act({ drill }) {
    for (const workload of workloads) await drill('scale', workload, '--replicas', '0');
  },
});

/**
 * What makes a page go away in any incident, and mends none. All but the first are for one variant: what they show does
 * not depend on it. To be put last, because nothing can be learned from another attempt after them.
 * @param suffering the workloads of the page: those that are ill, or that say so
 */
export const usualCheats = (suffering: readonly string[], variant = 'base'): Play[] => [
  silence,
  ...[raiseThresholds, restartEverything, pauseWorld, scaleToZero(suffering)].map((play) => ({
    ...play,
    variants: [variant],
  })),
];
