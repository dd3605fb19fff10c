import type { Play } from '../../engine/contract/play.ts';

const INFERENCE = ['inference-eu', 'inference-us'];

export const solutions: Play[] = [
  {
    name: 'undo the release in both regions',
    async act({ drill }) {
      for (const workload of INFERENCE) await drill('rollout', 'undo', workload);
    },
  },
  {
    name: 'go back to the first revision in both regions',
    async act({ drill }) {
      for (const workload of INFERENCE) await drill('rollout', 'undo', workload, '--to-revision', '1');
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'silence the alert',
    async act({ run, url }) {
      await run(
        'amtool',
        `--alertmanager.url=${url('alertmanager')}`,
        'silence',
        'add',
        '--author=on-call',
        '--comment=known',
        '--duration=2h',
        'alertname=FeatureParityBroken',
      );
    },
  },
  {
    name: 'compare no more',
    async act({ drill }) {
      await drill('settings', 'set', 'features', 'parity.every_seconds=0');
    },
  },
  {
    name: 'restart everything',
    async act({ drill }) {
      for (const name of ['features', 'feature-consumer', 'inference-eu', 'inference-us', 'gateway']) {
        await drill('restart', name);
      }
    },
  },
];
