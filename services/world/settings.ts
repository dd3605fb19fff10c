import Type, { type Static, type TObject } from 'typebox';
import { USUAL_DELAY } from './simulation/labels.ts';
import { type Levers, USUAL_FRAUD_SHARE, USUAL_MIX } from './simulation/simulation.ts';

/** Transactions a wall second, on average over a business week. */
export const USUAL_RATE = 100;

const weight = (usual: number) =>
  Type.Number({
    default: usual,
    minimum: 0,
    maximum: 1000,
    description: 'weight against the other channels',
  });

/** What may change while the world turns. */
export const settingsSchema = {
  'traffic.rate': Type.Number({
    default: USUAL_RATE,
    minimum: 0,
    maximum: 2_000,
    description: 'transactions a wall second, on average over a business week; hours and weekdays vary',
  }),
  'traffic.swing': Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description: 'how much hours and weekdays show: 1 as usual, 0 the same rate around the clock',
  }),
  'traffic.paused': Type.Boolean({ default: false, description: 'nobody pays while true' }),
  'traffic.timeout_ms': Type.Integer({
    default: 2_000,
    minimum: 50,
    maximum: 60_000,
    description: 'wall time a customer waits for the bank, each try',
  }),
  'traffic.mix.terminal': weight(USUAL_MIX.terminal),
  'traffic.mix.webshop': weight(USUAL_MIX.webshop),
  'traffic.mix.partner': weight(USUAL_MIX.partner),
  'fraud.share': Type.Number({
    default: USUAL_FRAUD_SHARE,
    minimum: 0,
    maximum: 0.5,
    description: 'share of fraud among all transactions',
  }),
  'labels.median_hours': Type.Number({
    default: USUAL_DELAY.medianHours,
    exclusiveMinimum: 0,
    maximum: 2_400,
    description: 'business hours until half of the labels are known',
  }),
  'labels.longest_hours': Type.Number({
    default: USUAL_DELAY.longestHours,
    exclusiveMinimum: 0,
    maximum: 4_800,
    description: 'business hours by which all labels are known',
  }),
};
export type WorldSettings = Static<TObject<typeof settingsSchema>>;

/** The settings as the simulation takes them. */
export const leversOf = (values: WorldSettings, daySeconds: number): Levers => ({
  volumePerDay: values['traffic.rate'] * daySeconds,
  fraudShare: values['fraud.share'],
  swing: values['traffic.swing'],
  mix: {
    terminal: values['traffic.mix.terminal'],
    webshop: values['traffic.mix.webshop'],
    partner: values['traffic.mix.partner'],
  },
});
