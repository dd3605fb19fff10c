import { createHash } from 'node:crypto';
import { CURRENCIES, type ScoreResponse, type Transaction } from '../../../lib/contract/transaction.ts';

interface Rule {
  name: string;
  points: number;
  holds(transaction: Transaction): boolean;
}

const euros = ({ amount, currency }: Transaction): number => amount * CURRENCIES[currency];
const hour = ({ timestamp }: Transaction): number => new Date(timestamp).getUTCHours();

/** What anybody can see from the transaction alone, as it was done before there was a model. Points are added up. */
const RULES: readonly Rule[] = [
  { name: 'from 300 EUR', points: 0.25, holds: (transaction) => euros(transaction) >= 300 },
  { name: 'from 1,000 EUR', points: 0.35, holds: (transaction) => euros(transaction) >= 1_000 },
  { name: 'the card is not there', points: 0.15, holds: ({ channel }) => channel !== 'terminal' },
  { name: 'before five in the morning', points: 0.15, holds: (transaction) => hour(transaction) < 5 },
];
/** From here on a person looks. Nobody is declined: no rule is that sure. */
const REVIEW_FROM = 0.5;

/** The rules as a model in answers: another digest means other rules. */
export const RULES_MODEL: ScoreResponse['model'] = {
  name: 'rules',
  version: '1',
  digest: `sha256:${createHash('sha256')
    .update(JSON.stringify([RULES.map((rule) => [rule.name, rule.points]), REVIEW_FROM]))
    .digest('hex')}`,
};

/** Decides a transaction without a model. Needs no features, and says so. */
export function decideByRules(
  transaction: Transaction,
  region: string,
  view: { name: string; version: number },
): ScoreResponse {
  const points = RULES.filter((rule) => rule.holds(transaction)).reduce((sum, rule) => sum + rule.points, 0);
  const score = Math.min(1, Math.round(points * 100) / 100);
  return {
    id: transaction.id,
    decision: score >= REVIEW_FROM ? 'review' : 'approve',
    score,
    model: RULES_MODEL,
    features: { view: view.name, version: view.version, source: 'default', age_seconds: null },
    region,
    degraded: true,
  };
}
