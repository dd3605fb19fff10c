import Type from 'typebox';
import { CHANNELS, type Transaction } from '../../../lib/contract/transaction.ts';

/** Who goes to review whatever the model says: an operator's answer to harm in a part of the traffic. */
export interface SegmentSettings {
  'review.channels': Transaction['channel'][];
  'review.countries': string[];
}

export const SEGMENT_SETTINGS = {
  'review.channels': Type.Unsafe<SegmentSettings['review.channels']>({
    type: 'array',
    items: { type: 'string', enum: [...CHANNELS] },
    uniqueItems: true,
    default: [],
    description: 'channels whose transactions are decided by a person: review, whatever the score',
  }),
  'review.countries': Type.Unsafe<SegmentSettings['review.countries']>({
    type: 'array',
    items: { type: 'string', pattern: '^[A-Z]{2}$' },
    uniqueItems: true,
    default: [],
    description: 'countries of merchants, ISO 3166-1 alpha-2, whose transactions are decided by a person',
  }),
};

/**
 * The segment in review a transaction belongs to, as the label of `firedrill_inference_segment_reviews_total`;
 * undefined when the model decides. A transaction in one of the channels and one of the countries counts for its channel.
 */
export function segmentInReview(
  { channel, country }: Pick<Transaction, 'channel' | 'country'>,
  settings: SegmentSettings,
): string | undefined {
  if (settings['review.channels'].includes(channel)) return `channel:${channel}`;
  return settings['review.countries'].includes(country) ? `country:${country}` : undefined;
}
