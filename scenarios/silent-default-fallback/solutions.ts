import type { Operator, Play } from '../../engine/contract/play.ts';
import { usualCheats } from '../usual-plays.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
/** Variants in which serving itself was released. */
const RELEASED = ['base', 'unmarked-defaults'];

async function undo({ drill }: Operator): Promise<void> {
  for (const region of REGIONS) await drill('rollout', 'undo', region);
}

/** The same settings in both regions. */
async function inference({ drill }: Operator, ...settings: string[]): Promise<void> {
  for (const region of REGIONS) await drill('settings', 'set', region, ...settings);
}

export const solutions: Play[] = [
  { name: 'undo the release in both regions', variants: RELEASED, act: undo },
  {
    name: 'undo it, and let a breaker judge scores from now on',
    variants: ['base'],
    async act(operator) {
      await undo(operator);
      await inference(operator, 'quality.breaker=enforce');
    },
  },
  {
    name: 'judge as many scores as tell something, by a bound that fits them',
    variants: ['hasty-breaker'],
    act: (operator) => inference(operator, 'quality.window=100', 'quality.max_psi=1'),
  },
];

export const cheats: Play[] = [
  {
    name: 'undo it in one region',
    variants: ['base'],
    async act({ drill }) {
      await drill('rollout', 'undo', 'inference-us');
    },
  },
  {
    name: 'let rules decide instead',
    variants: ['base'],
    act: (operator) => inference(operator, 'quality.breaker=enforce'),
  },
  {
    name: 'refuse what has no fresh features',
    variants: ['unmarked-defaults'],
    // What is not marked is not refused either.
    act: (operator) => inference(operator, 'features.on_missing=refuse'),
  },
  {
    name: 'switch the circuit off',
    variants: ['unmarked-defaults'],
    act: (operator) => inference(operator, 'breaker.enabled=false'),
  },
  {
    name: 'only judge more scores',
    variants: ['hasty-breaker'],
    act: (operator) => inference(operator, 'quality.window=30'),
  },
  {
    name: 'switch the breaker off',
    variants: ['hasty-breaker'],
    act: (operator) => inference(operator, 'quality.breaker=off'),
  },
  {
    name: 'a bound that nothing reaches',
    variants: ['hasty-breaker'],
    act: (operator) => inference(operator, 'quality.breaker=enforce', 'quality.max_psi=1000000000'),
  },
  ...usualCheats(REGIONS),
];
