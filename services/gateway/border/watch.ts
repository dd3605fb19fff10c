import type { Counter } from 'prom-client';
import { CURRENCIES, type Currency, type Transaction } from '../../../lib/contract/transaction.ts';
import type { Contract } from './contract.ts';
import { Window } from './window.ts';

/** What a contract can be broken by, as the label `rule` of the metric. The first two are seen in one message. */
export const RULES = ['amount_range', 'country_code', 'violation_share', 'amount_median'] as const;
export type Rule = (typeof RULES)[number];

/** A rule over the newest messages, as an operator sees it. */
export interface RuleView {
  rule: Rule;
  /** The currency of a median; null where the rule is about all messages. */
  currency: Currency | null;
  /** What the window holds; null while it holds too little to say. */
  observed: number | null;
  minimum: number | null;
  maximum: number;
  broken: boolean;
}

/**
 * One channel against its contract. `see` costs a few comparisons and allocates nothing.
 *
 * A channel that broke a rule over the window stays broken until as many messages as the window holds have passed
 * without any such rule broken: by then none of those that broke it is left.
 */
export class Watch {
  readonly contract: Contract;
  readonly #countries: ReadonlySet<string>;
  readonly #window: Window;
  readonly #violations: Record<Rule, { inc(): void }>;
  #toGo = 0;

  constructor(contract: Contract, violations: Counter) {
    this.contract = contract;
    this.#countries = new Set(contract.countries);
    this.#window = new Window(contract);
    const counted = (rule: Rule) => {
      // Counted from 0: the first violation is an increase.
      violations.inc({ channel: contract.channel, rule }, 0);
      return violations.labels(contract.channel, rule);
    };
    this.#violations = {
      amount_range: counted('amount_range'),
      country_code: counted('country_code'),
      violation_share: counted('violation_share'),
      amount_median: counted('amount_median'),
    };
  }

  /** Whether the channel breaks its contract: one odd message is counted and breaks nothing. */
  get broken(): boolean {
    return this.#toGo > 0;
  }

  /** Takes a message into account. */
  see({ amount, currency, country }: Transaction): void {
    const { amount_eur: range, window } = this.contract;
    const eur = amount * CURRENCIES[currency];
    const outOfRange = eur < range.minimum || eur > range.maximum;
    const unknown = !this.#countries.has(country);
    if (outOfRange) this.#violations.amount_range.inc();
    if (unknown) this.#violations.country_code.inc();

    this.#window.add(currency, amount, outOfRange || unknown);
    const { medianBroken, shareBroken } = this.#window;
    if (medianBroken) this.#violations.amount_median.inc();
    if (shareBroken) this.#violations.violation_share.inc();

    if (medianBroken || shareBroken) this.#toGo = window.messages;
    else if (this.#toGo > 0) this.#toGo -= 1;
  }

  /** Forgets the messages seen: they were read in another format and say nothing of what comes. Broken stays broken. */
  restart(): void {
    this.#window.clear();
  }

  /** As if it had seen nothing. */
  forget(): void {
    this.#window.clear();
    this.#toGo = 0;
  }

  view(): RuleView[] {
    const { violation_share: share, amount_median: bands } = this.contract;
    return [
      {
        rule: 'violation_share',
        currency: null,
        minimum: null,
        maximum: share.maximum,
        ...this.#window.share,
      },
      ...(Object.keys(bands) as Currency[]).map(
        (currency): RuleView => ({
          rule: 'amount_median',
          currency,
          ...bands[currency]!,
          ...this.#window.median(currency),
        }),
      ),
    ];
  }
}
