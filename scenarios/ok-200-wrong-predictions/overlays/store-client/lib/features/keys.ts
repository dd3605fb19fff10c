import type { Transaction } from '../contract/transaction.ts';
import { ENTITY_KEYS } from './columns.ts';
import { type FeatureView, type RowDefinition, viewId } from './view.ts';

/** Names in the online store, readable with redis-cli. */
export const rowKey = (view: FeatureView, row: RowDefinition, id: string): string =>
  // In braces: the rows of one entity share a hash slot (Redis Cluster, CHG-2219).
  `features:${viewId(view)}:{${row.entity}:${id}}${row.cadence === 'nightly' ? ':nightly' : ''}`;

/** The rows one request needs, in the order `evaluate` takes them: the arguments of one MGET. */
export const rowKeys = (view: FeatureView, transaction: Transaction): string[] =>
  view.rows.map((row) => rowKey(view, row, transaction[ENTITY_KEYS[row.entity]]));

/** Hash of partition -> business time up to which every recorded event has been applied. */
export const watermarkKey = (view: FeatureView): string => `features:${viewId(view)}:watermark`;

/** Present once the online store was filled from the lake; an empty store has lost it. */
export const filledKey = (view: FeatureView): string => `features:${viewId(view)}:filled`;

/** Hash of `<partition>:position` and `<partition>:fill`: how far the stream rows have come, and on which filling. */
export const progressKey = (view: FeatureView): string => `features:${viewId(view)}:progress`;

/** RFC 3339 time of the newest nightly snapshot in the store. */
export const materializedKey = (view: FeatureView): string => `features:${viewId(view)}:materialized`;
