import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

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
/** Variants in which another model serves, and those in which serving itself was released. */
const MODEL = ['base', 'wrong-registry-version'];
const SERVING = ['missing-online-features', 'container-preprocessing', 'random-output'];

export const solutions: Play[] = [
  {
    name: 'roll the model back',
    variants: MODEL,
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
    variants: SERVING,
    async act({ drill }) {
      for (const region of REGIONS) await drill('rollout', 'undo', region);
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'switch the check on and leave what serves',
    variants: ['base'],
    // From now on no inference comes up that is started again.
    disturbs: true,
    async act({ drill }) {
      for (const region of REGIONS) await drill('settings', 'set', region, 'model.golden_requests=true');
    },
  },
  ...usualCheats(REGIONS),
];
