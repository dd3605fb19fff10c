import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { setLive, usualCheats } from '../usual-plays.ts';

const PARTNER = ['base'];
const SEASON = ['season'];
const RULE = ['true-concept-drift'];
const NEWCOMERS = ['true-data-drift'];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The bank's clock, epoch ms. */
async function businessNow({ run, url }: Operator): Promise<number> {
  const info = await run('curl', '-sf', `${url('gateway')}/v1/info`);
  return Date.parse((JSON.parse(info) as { business_time: string }).business_time);
}

/** Waits until the bank's clock has gone on by so many hours; the attempt's own end is the deadline. */
async function businessHours(operator: Operator, hours: number): Promise<void> {
  const until = (await businessNow(operator)) + hours * HOUR_MS;
  while ((await businessNow(operator)) < until) await delay(1_000, undefined, { signal: operator.signal });
}

const iso = (ms: number): string => new Date(ms).toISOString();

export const solutions: Play[] = [
  {
    name: 'read the format that the partner sends',
    variants: PARTNER,
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'channels.partner.format=v2');
    },
  },
  {
    name: 'set the partner aside until it is understood',
    variants: PARTNER,
    async act({ drill }) {
      await drill('source', 'quarantine', 'partner', '--reason', 'not read as it is meant');
    },
  },
  {
    name: 'look, and leave the model alone',
    variants: SEASON,
    async act({ drill }) {
      await drill('drift', 'report', '--by', 'channel');
      await drill('source', 'list');
      await drill('say', 'people spend more; the model ranks as before', '--next', 'looking again in a day');
    },
  },
  {
    name: 'teach a challenger the new rule, and promote it',
    variants: RULE,
    async act(operator) {
      // Half a day before the page the rule held already: the page itself waits longer for its labels.
      const from = (await businessNow(operator)) - 12 * HOUR_MS;
      await businessHours(operator, 16);
      // The newest hours have too few labels to learn from.
      const to = (await businessNow(operator)) - 8 * HOUR_MS;
      const run = await operator.drill(
        'job',
        'run',
        'train',
        '--json',
        '--with',
        `from=${iso(from)}`,
        `to=${iso(to)}`,
      );
      const { result } = JSON.parse(run) as { result: { version: string } };
      await operator.drill('model', 'promote', result.version, '--reason', 'learnt from the new rule alone');
      // Until the answers of the old model are out of the window that is looked at.
      await businessHours(operator, 8);
    },
  },
  {
    name: 'teach a challenger the customers there are now, and promote it through its gates',
    variants: NEWCOMERS,
    async act(operator) {
      // They came half a day before the page, and their labels take some hours.
      await businessHours(operator, 36);
      let status = '';
      while (status !== 'succeeded') {
        const to = (await businessNow(operator)) - 8 * HOUR_MS;
        const range = [`from=${iso(to - 4 * DAY_MS)}`, `to=${iso(to)}`];
        const run = await operator.drill('job', 'run', 'train', '--json', '--with', ...range, 'promote=true');
        ({ status } = JSON.parse(run) as { status: string });
        // A gate that sees some thirty frauds may say no by chance: half a day later it sees others.
        if (status !== 'succeeded') await businessHours(operator, 12);
      }
      // Until the answers of the old model are out of the window that is looked at.
      await businessHours(operator, 24);
    },
  },
];

export const cheats: Play[] = [
  {
    name: 'count what breaks the contract, and go on',
    variants: PARTNER,
    async act({ drill }) {
      await drill('settings', 'set', 'gateway', 'contracts.partner.mode=observe');
    },
  },
  {
    name: 'send the partner away',
    variants: PARTNER,
    act: (operator) => setLive(operator, 'world', { 'traffic.mix.partner': 0 }),
  },
  {
    name: 'retrain at once',
    variants: SEASON,
    async act({ drill }) {
      await drill('job', 'run', 'train', '--no-wait');
    },
  },
  {
    name: 'send the webshop to review',
    variants: [...RULE, ...NEWCOMERS],
    async act({ drill }) {
      await drill('source', 'quarantine', 'webshop');
    },
  },
  {
    name: 'retrain on what the job takes by itself',
    variants: RULE,
    async act({ drill }) {
      await drill('source', 'release', 'webshop');
      await drill('job', 'run', 'train', '--with', 'promote=true');
    },
  },
  {
    name: 'retrain before there are labels of those who are new',
    variants: NEWCOMERS,
    async act(operator) {
      await operator.drill('source', 'release', 'webshop');
      await operator.drill('job', 'run', 'train', '--with', 'promote=true');
      await businessHours(operator, 24);
    },
  },
  ...usualCheats(['monitor']),
];
