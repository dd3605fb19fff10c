import type { IncomingMessage } from 'node:http';
import Type, { type TUnsafe } from 'typebox';
import { PRIORITIES, type Priority } from '../../lib/contract/pressure.ts';
import type { CHANNELS } from '../../lib/contract/transaction.ts';
import { priorityIn } from '../../lib/kit/pressure/ask.ts';
import type { Channel } from './channel.ts';

type ChannelName = (typeof CHANNELS)[number];
type PerChannel = { [K in `priority.${ChannelName}`]: TUnsafe<Priority> };

const common = {
  'priority.trust_header': Type.Boolean({
    default: false,
    description: 'whether a caller may raise its own priority with the header x-priority',
  }),
};

/** One setting for each channel there is, and whether callers are believed. */
export function prioritySettings(channels: readonly Channel[]): typeof common & PerChannel {
  const perChannel = channels.map(({ name, priority }) => [
    `priority.${name}`,
    Type.Unsafe<Priority>({
      type: 'string',
      enum: [...PRIORITIES],
      default: priority,
      description: `priority of ${name} when not everybody can be answered`,
    }),
  ]);
  return { ...common, ...Object.fromEntries(perChannel) };
}

/**
 * The priority of a request: that of its channel. Anybody may ask for less, as batches and load tests do; more than
 * its channel has gets only who is trusted.
 */
export function priorityOf(
  channel: ChannelName,
  headers: IncomingMessage['headers'],
  settings: Readonly<Record<`priority.${ChannelName}`, Priority> & { 'priority.trust_header': boolean }>,
): Priority {
  const own = settings[`priority.${channel}`];
  const claimed = priorityIn(headers);
  if (claimed === undefined) return own;
  const lower = PRIORITIES.indexOf(claimed) > PRIORITIES.indexOf(own);
  return lower || settings['priority.trust_header'] ? claimed : own;
}
