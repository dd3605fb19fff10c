import { ENTITY_KEYS } from '../../../lib/features/columns.ts';
import type { Feature, FeatureView } from '../../../lib/features/view.ts';

const FIELDS: Record<string, string[]> = {
  amount_eur: ['amount', 'currency'],
  hour: [],
  night: [],
};

/** Fields of the transaction without which a feature cannot be computed. */
export function fieldsNeeded(view: FeatureView, feature: Feature): string[] {
  const operands = (feature.of ?? []).map((name) => view.features.find((known) => known.name === name)!);
  const atRequest = feature.cadence === 'request' && feature.column !== null ? [feature.column] : [];
  return [
    ...(feature.entity === 'request' ? [] : [ENTITY_KEYS[feature.entity]]),
    ...[...feature.where, ...atRequest].flatMap((column) => FIELDS[column] ?? [column]),
    ...operands.flatMap((operand) => fieldsNeeded(view, operand)),
  ];
}
