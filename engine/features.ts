import { CURRENCIES } from '../lib/contract/transaction.ts';
import { rowKey } from '../lib/features/keys.ts';
import { decodeStreamRow } from '../lib/features/rows.ts';
import { type FeatureView, parseView } from '../lib/features/view.ts';
import { contractProblem } from '../lib/kit/eventlog/contract.ts';
import { partitionsOf } from '../lib/kit/eventlog/log.ts';
import type { DrillContext } from './contract/parts.ts';
import { getJson } from './prometheus.ts';

/** A transaction the log holds, as much of it as an oracle needs. */
export interface LoggedTransaction {
  id: string;
  cardId: string;
  partition: number;
  /** Business time it was handed to the log, epoch ms. */
  recordedAt: number;
  /** As the bank understood it, at the bank's fixed rates. */
  amountEur: number;
}

const views = new Map<string, FeatureView>();

/** The definition of a view, `fraud@1`, from the feature service; kept, because versions never change. */
export async function viewNamed(context: Pick<DrillContext, 'url'>, id: string): Promise<FeatureView> {
  const known = views.get(id);
  if (known) return known;
  const [name, version] = id.split('@');
  const { yaml } = await getJson<{ yaml: string }>(
    `${context.url('features')}/v1/views/${name}/versions/${version}`,
  );
  const view = parseView(yaml);
  views.set(id, view);
  return view;
}

/** Transactions of the last `seconds` of wall time, straight from the event log, oldest first per partition. */
export async function recentTransactions(
  { log }: Pick<DrillContext, 'log'>,
  seconds: number,
): Promise<LoggedTransaction[]> {
  const after = `${Date.now() - Math.round(seconds * 1000)}-0`;
  const found: LoggedTransaction[] = [];
  for (const partition of partitionsOf('transactions')) {
    for await (const { event } of log.read('transactions', partition, { after })) {
      // What breaks its contract is in no row, and should not be.
      if (contractProblem('transactions', event) !== undefined) continue;
      const { id, card_id: cardId, amount, currency } = event.payload.transaction;
      const amountEur = amount * CURRENCIES[currency];
      found.push({ id, cardId, partition, recordedAt: Date.parse(event.recorded_at), amountEur });
    }
  }
  return found;
}

/** Those of `transactions` that the card's row in the online store does not hold. */
export async function missingFromRows(
  { online }: Pick<DrillContext, 'online'>,
  view: FeatureView,
  transactions: readonly LoggedTransaction[],
): Promise<LoggedTransaction[]> {
  const row = view.rows.find(({ entity, cadence }) => entity === view.entity && cadence === 'stream');
  if (!row) throw new Error(`view ${view.name} keeps no stream row per ${view.entity}`);
  const cards = [...new Set(transactions.map(({ cardId }) => cardId))];
  if (cards.length === 0) return [];
  const texts = await online.mget(cards.map((card) => rowKey(view, row, card)));
  const held = new Map(
    cards.map((card, i) => {
      const text = texts[i];
      const events = text ? (decodeStreamRow(text, view.entity).events ?? []) : [];
      return [card, new Set(events.map(([, id]) => id))] as const;
    }),
  );
  return transactions.filter(({ id, cardId }) => !held.get(cardId)?.has(id));
}
