import type { AsideReason, Transaction } from '../../../lib/contract/transaction.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Settings } from '../../../lib/kit/settings.ts';
import type { Channel } from '../channel.ts';
import type { ContractMode, GatewaySettings } from '../settings.ts';
import type { Contract } from './contract.ts';
import { type RuleView, Watch } from './watch.ts';

export interface BorderOptions {
  channels: readonly Channel[];
  contracts: ReadonlyMap<string, Contract>;
  settings: Settings<GatewaySettings>;
  metrics: Metrics;
}

/** A channel as an operator sees it at one replica of the gateway. */
export interface ChannelView {
  name: string;
  format: string;
  formats: string[];
  /** `open`: decided by the model. `quarantined`: set aside by hand. `broken`: set aside by its contract. */
  state: 'open' | 'quarantined' | 'broken';
  mode: ContractMode;
  contract: { version: number; owner: string; rules: RuleView[] } | null;
}

type Values = Settings<GatewaySettings>['values'];
type ModeKey = `contracts.${Transaction['channel']}.mode`;
type FormatKey = `channels.${Transaction['channel']}.format`;

/** Decides for every transaction whether the model may see it: by hand (quarantine) and by the channel's contract. */
export class Border {
  readonly #options: BorderOptions;
  readonly #watches: ReadonlyMap<string, Watch>;
  /** Names of settings, made once instead of for every message. */
  readonly #modeKeys: ReadonlyMap<string, ModeKey>;
  readonly #aside;

  constructor(options: BorderOptions) {
    const { channels, contracts, settings, metrics } = options;
    this.#options = options;
    const violations = metrics.counter('firedrill_gateway_contract_violations_total');
    this.#aside = metrics.counter('firedrill_gateway_set_aside_total');
    this.#watches = new Map(
      [...contracts].map(([name, contract]) => [name, new Watch(contract, violations)]),
    );
    this.#modeKeys = new Map(channels.map(({ name }) => [name, `contracts.${name}.mode` as ModeKey]));
    const state = metrics.gauge('firedrill_gateway_channel_set_aside', () => {
      for (const { name } of channels) {
        const now = this.#stateOf(name);
        state.set({ channel: name, reason: 'quarantined' }, now === 'quarantined' ? 1 : 0);
        state.set({ channel: name, reason: 'contract' }, now === 'broken' ? 1 : 0);
      }
    });
    let before = settings.values;
    settings.onChange((values) => {
      for (const { name } of channels) {
        const watch = this.#watches.get(name);
        if (this.#mode(values, name) === 'off') watch?.forget();
        else if (formatOf(values, name) !== formatOf(before, name)) watch?.restart();
      }
      before = values;
    });
  }

  /** Why the model must not see the transaction; undefined when it may. */
  judge(transaction: Transaction): AsideReason | undefined {
    const { values } = this.#options.settings;
    const { channel } = transaction;
    const mode = this.#mode(values, channel);
    // Watched in quarantine too: whoever wants to release a channel sees whether it keeps its contract again.
    const watch = mode === 'off' ? undefined : this.#watches.get(channel);
    watch?.see(transaction);
    const quarantined = values['channels.quarantined'].includes(channel);
    if (!quarantined && !(mode === 'enforce' && watch?.broken === true)) return undefined;
    const reason = quarantined ? 'quarantined' : 'contract';
    this.#aside.inc({ channel, reason });
    return reason;
  }

  view(): ChannelView[] {
    const { channels, settings } = this.#options;
    return channels.map(({ name, formats }) => {
      const watch = this.#watches.get(name);
      return {
        name,
        format: formatOf(settings.values, name),
        formats: [...formats.keys()],
        state: this.#stateOf(name),
        mode: this.#mode(settings.values, name),
        contract: watch
          ? { version: watch.contract.version, owner: watch.contract.owner, rules: watch.view() }
          : null,
      };
    });
  }

  #stateOf(channel: string): ChannelView['state'] {
    const { values } = this.#options.settings;
    if (values['channels.quarantined'].includes(channel)) return 'quarantined';
    const enforced = this.#mode(values, channel) === 'enforce';
    return enforced && this.#watches.get(channel)?.broken === true ? 'broken' : 'open';
  }

  #mode(values: Values, channel: string): ContractMode {
    const key = this.#modeKeys.get(channel);
    const own = key === undefined ? 'inherit' : values[key];
    return own === 'inherit' ? values['contracts.mode'] : own;
  }
}

const formatOf = (values: Values, channel: string): string =>
  values[`channels.${channel}.format` as FormatKey];
