import { CHANNELS, type Channel, CURRENCIES, type Currency } from '../../../lib/contract/transaction.ts';
import { DAY_MS } from '../../../lib/kit/clock.ts';
import { createRandom, type Random } from '../../../lib/kit/random.ts';
import { COUNTRIES } from './countries.ts';
import { fraudEpisode, PER_EPISODE } from './fraud.ts';
import { legitimatePurchases, PER_DRAW } from './legitimate.ts';
import type { FraudPattern } from './pattern.ts';
import type { Population } from './population.ts';
import type { Purchase, SimulatedTransaction } from './purchase.ts';
import { Schedule } from './schedule.ts';
import { BUSIEST, BUSIEST_THIEVES, isNight, season, swung, thievesSeason } from './seasons.ts';
import type { Recorded, ShiftEffect } from './shift.ts';
import { createIds, type Ids } from './tokens.ts';
import { cumulative } from './weights.ts';

/** What may be changed while the world turns. */
export interface Levers {
  /** Transactions per business day, on average over a week. */
  volumePerDay: number;
  /** Share of fraud among all transactions. */
  fraudShare: number;
  /** Relative weights of the channels. */
  mix: Record<Channel, number>;
  /** How much hours and weekdays show in the volume: 1 is as usual, and 0 the same around the clock. Absent: 1. */
  swing?: number;
}

export const USUAL_MIX: Record<Channel, number> = { terminal: 0.55, webshop: 0.3, partner: 0.15 };
export const USUAL_FRAUD_SHARE = 0.015;
/** Business time to live through unseen before a run: stolen cards are then in every stage of their use. */
export const WARM_UP_MS = 3 * DAY_MS;

/** What a card may be charged at once, and what no shop bothers to charge. */
const LIMIT_EUR = 5_000;
const SMALLEST_EUR = 0.5;

export interface SimulationOptions {
  population: Population;
  /** Number of this run of the world, never used before with the population's seed; 0 is history. */
  run: number;
  /** Business time to begin at, epoch ms. */
  startMs: number;
  levers: Levers;
}

/** The bank's customers as a process in business time. Pure: the same options and calls give the same answers. */
export class Simulation {
  readonly levers: Levers;
  readonly effects = new Set<ShiftEffect>();
  readonly #population: Population;
  readonly #random: Random;
  readonly #ids: Ids;
  readonly #samples: { random: Random; ids: Ids };
  readonly #schedule = new Schedule<Purchase>();
  #nowMs: number;

  constructor({ population, run, startMs, levers }: SimulationOptions) {
    this.#population = population;
    this.#random = createRandom(`${population.seed}/run/${run}`);
    this.#ids = createIds(population.seed, run);
    // Of their own, so that asking for samples does not change what happens.
    this.#samples = {
      random: createRandom(`${population.seed}/samples/${run}`),
      ids: createIds(population.seed, run, 2 ** 39),
    };
    this.#nowMs = startMs;
    this.levers = levers;
  }

  /** Business time up to which everything has happened, epoch ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lives on until `toMs` and answers what was bought meanwhile, in order of time. */
  advance(toMs: number): SimulatedTransaction[] {
    if (toMs <= this.#nowMs) return [];
    for (const timeMs of this.#arrivals(toMs, this.#honestPerMs(), season, BUSIEST)) {
      for (const purchase of this.#honest(timeMs)) this.#schedule.add(purchase);
    }
    for (const timeMs of this.#arrivals(toMs, this.#stolenPerMs(), thievesSeason, BUSIEST_THIEVES)) {
      for (const purchase of this.#stolen(timeMs)) this.#schedule.add(purchase);
    }
    this.#nowMs = toMs;
    return Array.from(this.#schedule.due(toMs), (purchase) => this.#transaction(purchase, this.#ids));
  }

  /** What an honest customer might buy at `timeMs`; it does not happen in this world. */
  sample(timeMs: number): SimulatedTransaction {
    const { random, ids } = this.#samples;
    const card = this.#population.payer(random, isNight(timeMs));
    const channel = random.pick(CHANNELS);
    const [first] = legitimatePurchases(random, this.#population, { card, channel, timeMs });
    return this.#transaction(first!, ids);
  }

  /** Lets time pass in which nobody pays. */
  skip(toMs: number): void {
    if (toMs <= this.#nowMs) return;
    for (const _ of this.#schedule.due(toMs));
    this.#nowMs = toMs;
  }

  /**
   * A Poisson process whose rate follows `curve`, by thinning (Lewis and Shedler 1979). It has no memory, so what
   * was drawn beyond `toMs` may be thrown away, and levers take effect at once.
   * @param meanPerMs arrivals where the curve is one
   * @param bound what the curve never exceeds; at least one
   */
  *#arrivals(
    toMs: number,
    meanPerMs: number,
    curve: (timeMs: number) => number,
    bound: number,
  ): Generator<number> {
    const shape = swung(curve, this.levers.swing ?? 1);
    const ratePerMs = meanPerMs * bound;
    if (ratePerMs <= 0) return;
    let timeMs = this.#nowMs;
    for (;;) {
      timeMs += this.#random.exponential(1 / ratePerMs);
      if (timeMs > toMs) return;
      if (this.#random.next() * bound < shape(timeMs)) yield timeMs;
    }
  }

  #honestPerMs(): number {
    const { volumePerDay, fraudShare } = this.levers;
    let factor = 1;
    for (const { volume } of this.effects) factor *= volume?.(this.#nowMs) ?? 1;
    return (volumePerDay * (1 - fraudShare) * factor) / PER_DRAW / DAY_MS;
  }

  #stolenPerMs(): number {
    const { volumePerDay, fraudShare } = this.levers;
    let factor = 1;
    for (const { stolen } of this.effects) factor *= stolen?.(this.#nowMs) ?? 1;
    return (volumePerDay * fraudShare * factor) / PER_EPISODE / DAY_MS;
  }

  #honest(timeMs: number): Purchase[] {
    const { mix } = this.levers;
    const weights = cumulative(CHANNELS, (channel) => mix[channel]);
    if ((weights.at(-1) ?? 0) === 0) return [];
    const random = this.#random;
    const channel = CHANNELS[random.weighted(weights)]!;
    const night = isNight(timeMs);
    let card = this.#population.payer(random, night);
    for (const { payer } of this.effects) card = payer?.(random, night, timeMs) ?? card;
    return legitimatePurchases(random, this.#population, { card, channel, timeMs });
  }

  #stolen(startMs: number): Purchase[] {
    const { mix } = this.levers;
    const total = CHANNELS.reduce((sum, channel) => sum + mix[channel], 0);
    const channelWeight = (channel: Channel) => (total === 0 ? 0 : mix[channel] / total / USUAL_MIX[channel]);
    let learned: FraudPattern | undefined;
    for (const { pattern } of this.effects) learned = pattern?.(this.#random, startMs) ?? learned;
    return fraudEpisode(this.#random, this.#population, {
      startMs: Math.floor(startMs),
      channelWeight,
      pattern: learned,
    });
  }

  #transaction(planned: Purchase, ids: Ids): SimulatedTransaction {
    let purchase = planned;
    for (const { purchase: change } of this.effects) purchase = change?.(purchase) ?? purchase;
    const { card, merchant, channel, device, timeMs } = purchase;
    let currency: Currency = COUNTRIES[merchant.country].currency;
    for (const { currency: change } of this.effects) currency = change?.(merchant.country) ?? currency;
    const euros = Math.min(LIMIT_EUR, Math.max(SMALLEST_EUR, purchase.amountEur));
    const amount = Math.round((euros / CURRENCIES[currency]) * 100) / 100;
    let transaction: Recorded = {
      id: ids.next(),
      card_id: card.id,
      amount,
      currency,
      merchant_id: merchant.id,
      country: merchant.country,
      device_id: device,
      channel,
    };
    for (const { record } of this.effects) transaction = record?.(transaction, purchase) ?? transaction;
    return {
      transaction,
      // Card terminals count whole seconds.
      timeMs: channel === 'terminal' ? timeMs - (timeMs % 1000) : timeMs,
      merchantCategory: merchant.category.code,
      amountEur: amount * CURRENCIES[currency],
      isFraud: purchase.isFraud,
    };
  }
}
