import { CURRENCIES, type Currency } from '../../../lib/contract/transaction.ts';
import type { Contract } from './contract.ts';

const NAMES = Object.keys(CURRENCIES) as Currency[];
const INDEX = Object.fromEntries(NAMES.map((name, i) => [name, i])) as Record<Currency, number>;

type Expected = Pick<Contract, 'window' | 'amount_median' | 'violation_share'>;

/**
 * The newest messages of a channel: medians of their amounts by currency, and the share of those that break a rule by themselves.
 *
 * A median lies within its band exactly when at most half of the amounts lie below the band and at most half above:
 * counters answer it, in constant time and without an allocation per message.
 */
export class Window {
  readonly #minimum: number;
  readonly #maximumShare: number;
  /** Bands by index of the currency; without one, nothing is outside. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  // The ring: what each of the newest messages was.
  readonly #amounts: Float64Array;
  readonly #currencies: Uint8Array;
  readonly #odds: Uint8Array;
  #next = 0;
  #size = 0;
  // What the ring adds up to.
  readonly #count = new Int32Array(NAMES.length);
  readonly #below = new Int32Array(NAMES.length);
  readonly #above = new Int32Array(NAMES.length);
  #odd = 0;

  constructor({ window, amount_median: bands, violation_share: share }: Expected) {
    this.#minimum = window.minimum;
    this.#maximumShare = share.maximum;
    this.#low = Float64Array.from(NAMES, (name) => bands[name]?.minimum ?? 0);
    this.#high = Float64Array.from(NAMES, (name) => bands[name]?.maximum ?? Number.POSITIVE_INFINITY);
    this.#amounts = new Float64Array(window.messages);
    this.#currencies = new Uint8Array(window.messages);
    this.#odds = new Uint8Array(window.messages);
  }

  /** @param odd whether the message breaks a rule by itself */
  add(currency: Currency, amount: number, odd: boolean): void {
    const at = this.#next;
    if (this.#size === this.#amounts.length) this.#total(at, -1);
    else this.#size += 1;
    this.#amounts[at] = amount;
    this.#currencies[at] = INDEX[currency];
    this.#odds[at] = odd ? 1 : 0;
    this.#total(at, 1);
    this.#next = at + 1 === this.#amounts.length ? 0 : at + 1;
  }

  /** Whether the median of any currency lies outside its band. */
  get medianBroken(): boolean {
    for (let currency = 0; currency < NAMES.length; currency++) if (this.#broken(currency)) return true;
    return false;
  }

  get shareBroken(): boolean {
    return this.#size >= this.#minimum && this.#odd > this.#maximumShare * this.#size;
  }

  /** For people. `observed` is null while too few messages say anything. Sorts: not for every message. */
  median(currency: Currency): { observed: number | null; broken: boolean } {
    const index = INDEX[currency];
    const broken = this.#broken(index);
    if (this.#count[index]! < this.#minimum) return { observed: null, broken };
    const amounts = this.#amounts.filter((_, i) => i < this.#size && this.#currencies[i] === index).sort();
    const middle = amounts.length >> 1;
    const observed =
      amounts.length % 2 === 1 ? amounts[middle]! : (amounts[middle - 1]! + amounts[middle]!) / 2;
    return { observed, broken };
  }

  /** For people, as `median`. */
  get share(): { observed: number | null; broken: boolean } {
    const observed = this.#size < this.#minimum ? null : this.#odd / this.#size;
    return { observed, broken: this.shareBroken };
  }

  clear(): void {
    this.#next = this.#size = this.#odd = 0;
    for (const totals of [this.#count, this.#below, this.#above]) totals.fill(0);
  }

  #broken(currency: number): boolean {
    const count = this.#count[currency]!;
    return count >= this.#minimum && 2 * Math.max(this.#below[currency]!, this.#above[currency]!) > count;
  }

  #total(at: number, by: 1 | -1): void {
    const currency = this.#currencies[at]!;
    const amount = this.#amounts[at]!;
    this.#count[currency]! += by;
    if (amount < this.#low[currency]!) this.#below[currency]! += by;
    else if (amount > this.#high[currency]!) this.#above[currency]! += by;
    this.#odd += by * this.#odds[at]!;
  }
}
