import Type, { type TUnsafe } from 'typebox';
import type { CHANNELS } from '../../lib/contract/transaction.ts';
import { admissionSettings } from '../../lib/kit/pressure/settings.ts';
import { type Channel, FIRST_FORMAT } from './channel.ts';
import { prioritySettings } from './priority.ts';
import { CONNECTIONS } from './upstream/replica.ts';
import { RETRY_SETTINGS } from './upstream/retry-budget.ts';

/** What happens when a channel breaks its contract: nothing, it is counted, or its transactions are set aside. */
export const MODES = ['off', 'observe', 'enforce'] as const;
export type ContractMode = (typeof MODES)[number];

/** What takes turns at the replicas of a region. */
const BALANCING = ['request', 'connection'] as const;

type ChannelName = (typeof CHANNELS)[number];
type PerChannel = { [K in `channels.${ChannelName}.format`]: TUnsafe<string> } & {
  [K in `contracts.${ChannelName}.mode`]: TUnsafe<ContractMode | 'inherit'>;
};

const oneOf = <T extends string>(values: readonly T[], initial: T, description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], default: initial, description });

/** What may change while the gateway runs; `GET /v1/settings` shows it with this schema. */
const common = {
  'upstream.timeout_ms': Type.Integer({
    default: 1_000,
    minimum: 10,
    maximum: 60_000,
    description: 'wall ms to wait for inference, whoever is asked',
  }),
  'upstream.balancing': oneOf(
    BALANCING,
    'request',
    'who chooses among the replicas of a region: every request takes the next one, or all of a connection share one',
  ),
  'connections.max_requests': Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'requests after which a connection of a caller is closed, so that the next one is new; 0: never',
  }),
  ...admissionSettings('a replica of inference', { limitMax: CONNECTIONS, targetMs: 250 }),
  ...RETRY_SETTINGS,
  'timestamp.max_ahead_hours': Type.Number({
    default: 1,
    minimum: 0,
    description: 'business hours a transaction may lie ahead of the clock of the bank',
  }),
  'timestamp.max_behind_days': Type.Number({
    default: 7,
    exclusiveMinimum: 0,
    description: 'business days a transaction may lie behind the clock of the bank',
  }),
  'contracts.mode': oneOf(
    MODES,
    'enforce',
    'what happens when a channel breaks its contract: off, observe (count), enforce (set aside)',
  ),
  'channels.quarantined': Type.Unsafe<string[]>({
    type: 'array',
    items: { type: 'string' },
    uniqueItems: true,
    default: [],
    description:
      'channels whose transactions are set aside: answered with review, kept out of features and training',
  }),
};

/** All settings for the channels there are: format and contract mode of each beside the common ones. */
export function gatewaySettings(
  channels: readonly Channel[],
): typeof common & PerChannel & ReturnType<typeof prioritySettings> {
  const perChannel = channels.flatMap(({ name, formats }) => [
    [
      `channels.${name}.format`,
      oneOf([...formats.keys()], FIRST_FORMAT, `format of the messages of ${name}`),
    ],
    [
      `contracts.${name}.mode`,
      oneOf(['inherit', ...MODES], 'inherit', `contracts.mode for ${name} alone; inherit: as all others`),
    ],
  ]);
  const quarantined = Type.Unsafe<string[]>({
    ...common['channels.quarantined'],
    items: { type: 'string', enum: channels.map(({ name }) => name) },
  });
  return {
    ...common,
    ...prioritySettings(channels),
    'channels.quarantined': quarantined,
    ...Object.fromEntries(perChannel),
  };
}
export type GatewaySettings = ReturnType<typeof gatewaySettings>;
