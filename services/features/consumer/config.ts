import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../../lib/kit/config.ts';
import { ON_BAD_EVENT, type OnBadEvent } from '../../../lib/kit/eventlog/dead-letters.ts';

export const Config = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1 }),
  ONLINE_REDIS_URL: Type.String({ minLength: 1 }),
  COLD_STORE_URL: Type.String({
    default: '',
    description: 'PostgreSQL of the cold features; empty: there is none',
  }),
  FEATURE_VIEW: Type.String({ default: 'fraud@1', description: 'the view whose rows this process writes' }),
};
export type Config = Static<TObject<typeof Config>>;

/** What may change while the consumer runs. */
export const Settings = {
  'ingest.max_events_per_second': Type.Number({
    default: 5000,
    exclusiveMinimum: 0,
    description: 'wall-time limit on events applied; protects the online store during backfills',
  }),
  'ingest.batch_size': Type.Integer({
    default: 500,
    minimum: 1,
    maximum: 5000,
    description: 'events applied in one transaction of the online store',
  }),
  'ingest.on_bad_event': Type.Unsafe<OnBadEvent>({
    type: 'string',
    enum: [...ON_BAD_EVENT],
    default: 'set_aside',
    description:
      'an event that breaks the contract: set_aside keeps it in dead-letters and goes on; block stops its partition',
  }),
};
