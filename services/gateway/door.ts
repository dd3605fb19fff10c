import type { Context } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { EventsByTopic, QuarantineEvent, TransactionEvent } from '../../lib/contract/events.ts';
import { PRIORITY_HEADER } from '../../lib/contract/pressure.ts';
import { regionOf } from '../../lib/contract/regions.ts';
import type {
  AsideReason,
  DecisionResponse,
  ScoreResponse,
  Transaction,
} from '../../lib/contract/transaction.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import type { EventLog } from '../../lib/kit/eventlog/log.ts';
import type { Outbox } from '../../lib/kit/eventlog/outbox.ts';
import type { Ask } from '../../lib/kit/pressure/admission.ts';
import { patienceIn } from '../../lib/kit/pressure/ask.ts';
import type { Settings } from '../../lib/kit/settings.ts';
import { tracingHeaders, withSpan } from '../../lib/kit/tracing.ts';
import type { Border } from './border/border.ts';
import { checkTime, type FieldName } from './canonical.ts';
import { errors } from './errors.ts';
import { priorityOf } from './priority.ts';
import type { GatewaySettings } from './settings.ts';
import type { InferenceRegions } from './upstream/inference.ts';

export interface DoorOptions {
  /** This process, as the source of its events. */
  source: string;
  clock: Clock;
  settings: Settings<GatewaySettings>;
  inference: InferenceRegions;
  border: Border;
  outbox: Outbox<'transactions'>;
  /** Takes transactions that the model must not see. */
  log: Pick<EventLog, 'append'>;
}

/**
 * Every transaction passes here, whatever its channel:
 *
 *   plausible time ─▶ border ─┬─▶ region by country ─▶ inference ─▶ transactions ─▶ answer
 *                             └─▶ set aside: review ─▶ quarantine ─▶ answer
 */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /**
   * @param nameOf what the sender calls a canonical field
   * @throws AppError GATEWAY_TIMESTAMP*, GATEWAY_TIMEOUT, GATEWAY_OVERLOADED, GATEWAY_UNAVAILABLE, GATEWAY_NOT_RECORDABLE
   */
  score(request: FastifyRequest, given: Transaction, nameOf: FieldName): Promise<DecisionResponse> {
    return withSpan('gateway', request.headers, (within) => this.#score(request, given, nameOf, within));
  }

  async #score(
    request: FastifyRequest,
    given: Transaction,
    nameOf: FieldName,
    within: Context | undefined,
  ): Promise<DecisionResponse> {
    const { clock, settings, border, inference } = this.#options;
    const transaction = checkTime(given, nameOf, clock, settings);
    const reason = border.judge(transaction);
    if (reason !== undefined) return this.#setAside(transaction, reason, request.body);
    const ask = this.#ask(request, transaction);
    const headers = {
      'content-type': 'application/json',
      'x-request-id': request.id,
      [PRIORITY_HEADER]: ask.priority,
      ...tracingHeaders(request.headers, within),
    };
    const region = regionOf(transaction.country);
    const answer = await inference.score(region, JSON.stringify({ transaction }), headers, ask);
    await this.#record(transaction, answer);
    return answer;
  }

  /** A caller may say that it waits less than the bank would; for more it would have to be asked again. */
  #ask({ headers, raw }: FastifyRequest, { channel }: Transaction): Ask {
    const { values } = this.#options.settings;
    return {
      priority: priorityOf(channel, headers, values),
      deadlineMs: performance.now() + patienceIn(headers, values['upstream.timeout_ms']),
      caller: raw.socket,
    };
  }

  /**
   * A bank cannot drop a payment, and must not judge it by numbers it does not trust: a person looks at it. Nothing of
   * it reaches features, predictions or training; it is kept as it came until somebody knows how to read it.
   */
  async #setAside(
    transaction: Transaction,
    reason: AsideReason,
    received: unknown,
  ): Promise<DecisionResponse> {
    const region = regionOf(transaction.country);
    const decision = 'review';
    const event: QuarantineEvent = {
      ...this.#envelope(transaction, 'quarantined'),
      payload: { transaction, decision, region, reason, received },
    };
    // There are few, and nothing but the log knows of them: the answer waits.
    await this.#put(this.#options.log.append('quarantine', transaction.card_id, event));
    return {
      id: transaction.id,
      decision,
      score: null,
      model: null,
      features: null,
      region,
      degraded: true,
      reason,
    };
  }

  async #record(transaction: Transaction, { decision, score, region }: ScoreResponse): Promise<void> {
    const event: TransactionEvent = {
      ...this.#envelope(transaction, 'scored'),
      payload: { transaction, decision, score, region },
    };
    await this.#put(this.#options.outbox.put(transaction.card_id, event));
  }

  #envelope(
    transaction: Transaction,
    what: 'scored' | 'quarantined',
  ): Omit<EventsByTopic['audit'], 'payload'> {
    const { clock, source } = this.#options;
    return {
      // The same for a retry, so that consumers count it once.
      id: `${transaction.id}/${what}`,
      type: `transaction.${what}`,
      version: 1,
      source,
      occurred_at: transaction.timestamp,
      recorded_at: clock.iso(),
    };
  }

  /**
   * Usually the answer does not wait for the log. When the log is behind it does, which slows the senders down; when
   * neither log nor spool takes the event, the customer gets no decision that nobody would know of.
   */
  async #put(acknowledged: Promise<unknown> | undefined): Promise<void> {
    try {
      await acknowledged;
    } catch {
      throw errors.NOT_RECORDABLE();
    }
  }
}
