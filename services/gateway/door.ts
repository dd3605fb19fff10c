import type { FastifyRequest } from 'fastify';
import type { TransactionEvent } from '../../lib/contract/events.ts';
import { regionOf } from '../../lib/contract/regions.ts';
import type { ScoreResponse, Transaction } from '../../lib/contract/transaction.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import type { Outbox } from '../../lib/kit/eventlog/outbox.ts';
import type { Settings } from '../../lib/kit/settings.ts';
import { contextOf, tracingHeaders, tracingOn, withSpan } from '../../lib/kit/tracing.ts';
import { checkTime, type FieldName } from './canonical.ts';
import { errors } from './errors.ts';
import type { GatewaySettings } from './settings.ts';
import type { InferenceRegions } from './upstream/inference.ts';

export interface DoorOptions {
  /** This process, as the source of its events. */
  source: string;
  clock: Clock;
  settings: Settings<typeof GatewaySettings>;
  inference: InferenceRegions;
  outbox: Outbox<'transactions'>;
}

/**
 * Every transaction passes here, whatever its channel:
 *
 *   plausible time ─▶ region by country ─▶ inference ─▶ event on its way to the log ─▶ answer
 */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /**
   * @param nameOf what the sender calls a canonical field
   * @throws AppError GATEWAY_TIMESTAMP*, GATEWAY_TIMEOUT, GATEWAY_UNAVAILABLE, GATEWAY_NOT_RECORDABLE
   */
  score(request: FastifyRequest, given: Transaction, nameOf: FieldName): Promise<ScoreResponse> {
    if (!tracingOn()) return this.#score(request, given, nameOf);
    const parent = contextOf(request.headers);
    return withSpan('gateway', () => this.#score(request, given, nameOf), parent);
  }

  async #score(request: FastifyRequest, given: Transaction, nameOf: FieldName): Promise<ScoreResponse> {
    const { clock, settings, inference } = this.#options;
    const transaction = checkTime(given, nameOf, clock, settings);
    const answer = await inference.score(regionOf(transaction.country), JSON.stringify({ transaction }), {
      'content-type': 'application/json',
      'x-request-id': request.id,
      ...tracingHeaders(request.headers),
    });
    await this.#record(transaction, answer);
    return answer;
  }

  /**
   * Usually the answer does not wait for the log. When the log is behind it does, which slows the senders down; when
   * neither log nor spool takes the event, the customer gets no decision that nobody would know of.
   */
  async #record(transaction: Transaction, { decision, score, region }: ScoreResponse): Promise<void> {
    const { clock, source, outbox } = this.#options;
    const event: TransactionEvent = {
      // The same for a retry, so that consumers count it once.
      id: `${transaction.id}/scored`,
      type: 'transaction.scored',
      version: 1,
      source,
      occurred_at: transaction.timestamp,
      recorded_at: clock.iso(),
      payload: { transaction, decision, score, region },
    };
    try {
      await outbox.put(transaction.card_id, event);
    } catch {
      throw errors.NOT_RECORDABLE();
    }
  }
}
