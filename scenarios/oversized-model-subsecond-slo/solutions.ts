import { setTimeout as delay } from 'node:timers/promises';
import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;

interface Version {
  version: string;
  description?: string;
}

/** The number of a version, by what its makers say of it. */
async function saying({ drill }: Operator, text: string): Promise<string> {
  const { versions } = JSON.parse(await drill('model', 'list', '--json')) as { versions: Version[] };
  const found = versions.find(({ description }) => description?.includes(text));
  if (!found) throw new Error(`no version says ${text}`);
  return found.version;
}

interface Deployments {
  deployments: { confirmed: { in_step: boolean }[] }[];
}

/** Stays until every region serves what was promoted: a process that is busy with its rows loads slowly. */
async function served({ run, url, signal }: Operator): Promise<void> {
  for (;;) {
    const answer = await run('curl', '-sf', `${url('registry')}/v1/deployments`);
    const { deployments } = JSON.parse(answer) as Deployments;
    if (deployments.every(({ confirmed }) => confirmed.every((region) => region.in_step))) return;
    await delay(500, undefined, { signal });
  }
}

/** The same settings in both regions. */
async function inference({ drill }: Operator, ...settings: string[]): Promise<void> {
  for (const name of REGIONS) await drill('settings', 'set', name, ...settings);
}

export const solutions: Play[] = [
  {
    name: 'roll the model back, and give a row a budget',
    async act(operator) {
      await operator.drill('model', 'rollback', '--reason', 'back into the promise');
      await served(operator);
      await inference(operator, 'model.max_row_ms=10');
    },
  },
  {
    name: 'promote the same run, exported as trees',
    async act(operator) {
      await operator.drill('model', 'promote', await saying(operator, 'exported as trees'));
      await served(operator);
    },
  },
];

const CHANNELS = ['terminal', 'webshop', 'partner'];

export const cheats: Play[] = [
  {
    name: 'set all channels aside: no model is asked',
    async act({ drill }) {
      for (const channel of CHANNELS) await drill('source', 'quarantine', channel, '--reason', 'too slow');
    },
  },
  {
    name: 'take them back in, and turn away whoever would wait',
    async act(operator) {
      for (const channel of CHANNELS) {
        await operator.drill('source', 'release', channel, '--reason', 'back');
      }
      await inference(operator, 'admission.limit_min=1', 'admission.limit_max=1', 'admission.queue=0');
    },
  },
  {
    name: 'let them in again, in larger batches',
    act: (operator) =>
      inference(
        operator,
        'admission.limit_min=64',
        'admission.limit_max=512',
        'admission.queue=256',
        'batch.max_rows=64',
        'batch.max_queue_delay_us=50000',
      ),
  },
  // A restart loads the same version, and among everybody who waits for it no process is ready for minutes: longer than a
  // play may take.
  ...usualCheats(REGIONS).filter(({ name }) => name !== 'restart everything'),
];
