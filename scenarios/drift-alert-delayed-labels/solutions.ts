import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { setLive, usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
/** What the shares of the recovery are taken over: until then a change may not show. */
const SHOWS_AFTER_MS = 15_000;

/** Each region may have to answer for the other. */
async function review({ drill }: Operator, setting: string): Promise<void> {
  for (const region of REGIONS)
    await drill('settings', 'set', region, setting, '--reason', 'until labels come');
}

export const solutions: Play[] = [
  {
    name: 'let a person decide where customers are robbed',
    variants: ['base'],
    act: (operator) => review(operator, 'review.countries=["US"]'),
  },
  {
    name: 'undo the release of the gateway',
    variants: ['bad-ingestion-not-drift'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'gateway');
    },
  },
  {
    name: 'hold it back while the release is undone',
    variants: ['bad-ingestion-not-drift'],
    async act(operator) {
      await review(operator, 'review.channels=["webshop"]');
      await operator.drill('rollout', 'undo', 'gateway', '--to-revision', '1');
      await review(operator, 'review.channels=[]');
    },
  },
  {
    name: 'look at what shifted and whom it hurts, say so, and leave it alone',
    variants: ['harmless'],
    async act({ drill }) {
      await drill('drift', 'report', '--by', 'region', '--window', 'recent');
      await drill(
        'say',
        'shops have new numbers; decisions are as before in every region and channel',
        '--impact',
        'none seen',
        '--next',
        'looking again when a day of labels is here',
      );
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'change the live process alone',
    variants: ['base'],
    async act(operator) {
      await setLive(operator, 'inference-us', { 'review.countries': ['US'] });
      await delay(SHOWS_AFTER_MS, undefined, { signal: operator.signal }).catch(() => {});
    },
  },
  {
    name: 'undo the release of the day',
    variants: ['base'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'gateway');
    },
  },
  {
    name: 'send everything to the fraud desk',
    variants: ['base'],
    act: (operator) => review(operator, 'review.channels=["terminal","webshop","partner"]'),
  },
  {
    name: 'restart the gateway',
    variants: ['bad-ingestion-not-drift'],
    async act({ drill }) {
      await drill('restart', 'gateway');
    },
  },
  {
    name: 'set the channel aside and go home',
    variants: ['bad-ingestion-not-drift', 'harmless'],
    async act({ drill }) {
      await drill('source', 'quarantine', 'webshop');
    },
  },
  ...usualCheats(['monitor']),
];
