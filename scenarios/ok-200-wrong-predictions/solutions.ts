import type { Operator, Play } from '../../engine/contract/play.ts';

interface Version {
  version: string;
  aliases: string[];
}

/** The newest version older than the champion, as `./drill model list` shows it. */
async function versionBefore({ drill }: Operator): Promise<string> {
  const { versions } = JSON.parse(await drill('model', 'list', '--json')) as { versions: Version[] };
  const champion = versions.find(({ aliases }) => aliases.includes('champion'));
  const older = versions
    .map(({ version }) => Number(version))
    .filter((version) => version < Number(champion?.version));
  return String(Math.max(...older));
}

const REGIONS = ['inference-eu', 'inference-us'];

export const solutions: Play[] = [
  {
    name: 'roll the model back',
    variants: ['base'],
    async act({ drill }) {
      await drill('model', 'rollback', '--reason', 'back to the approved version');
    },
  },
  {
    name: 'promote the last good version and let serving check its examples again',
    variants: ['base'],
    async act(operator) {
      await operator.drill('model', 'promote', await versionBefore(operator));
      for (const region of REGIONS) {
        await operator.drill('settings', 'set', region, 'model.golden_requests=true');
      }
    },
  },
  {
    name: 'undo the release in both regions',
    variants: ['missing-online-features'],
    async act({ drill }) {
      for (const region of REGIONS) await drill('rollout', 'undo', region);
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
        'alertname=DeclineRateHigh',
      );
    },
  },
  {
    name: 'restart inference',
    async act({ drill }) {
      for (const region of REGIONS) await drill('restart', region);
    },
  },
  {
    name: 'switch the check on and leave what serves',
    variants: ['base'],
    async act({ drill }) {
      for (const region of REGIONS) await drill('settings', 'set', region, 'model.golden_requests=true');
    },
  },
  {
    name: 'pause the world',
    disturbs: true,
    async act({ run, url, adminToken }) {
      await run(
        'curl',
        '-sf',
        '-X',
        'PATCH',
        '-H',
        `authorization: Bearer ${adminToken}`,
        '--json',
        '{"traffic.paused": true}',
        `${url('world')}/v1/settings`,
      );
    },
  },
];
