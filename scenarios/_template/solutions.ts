import type { Play } from '../../engine/contract/play.ts';

/**
 * What must pass. `./drill validate` takes the page, says where things stand and names the right cause; a play mends
 * the bank, with the hands of somebody on call: `drill` runs ./drill, `run` any program the README names. For a false
 * alarm naming it is the whole solution.
 */
export const solutions: Play[] = [
  {
    name: 'look at what customers get, and say that nothing is wrong',
    async act({ drill }) {
      await drill('status');
      await drill(
        'say',
        'the bank answers as always',
        '--impact',
        'none',
        '--next',
        'asking the branch back',
      );
    },
  },
];

/**
 * What must not pass: a short cut, a guess, a bent measure. Cheats share one incident and are tried one after the
 * other; one that would spoil it for the next says `disturbs: true`, one that has to go on while the grader looks says
 * `endless: true` and stops when `signal` is aborted. `variants` keeps a play to some of them.
 */
export const cheats: Play[] = [
  {
    name: 'restart the gateway to be on the safe side',
    async act({ drill }) {
      await drill('restart', 'gateway');
    },
  },
  {
    name: 'send the customers away',
    async act({ drill }) {
      await drill('settings', 'set', 'world', 'traffic.paused=true');
    },
  },
];
