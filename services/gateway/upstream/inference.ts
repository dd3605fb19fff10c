import { TIMEOUT_HEADER } from '../../../lib/contract/pressure.ts';
import type { ScoreResponse } from '../../../lib/contract/transaction.ts';
import { AppError, type ErrorBody } from '../../../lib/kit/errors.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { Admission, type Ask, reportAdmissions } from '../../../lib/kit/pressure/admission.ts';
import type { Settings } from '../../../lib/kit/settings.ts';
import { errors } from '../errors.ts';
import type { GatewaySettings } from '../settings.ts';
import { Replica, UpstreamError } from './replica.ts';
import { RetryBudget } from './retry-budget.ts';
import { Turns } from './turns.ts';

const READY_MS = 1_000;

/**
 * Inference in all regions. A region's replicas take turns, by request or by the caller's connection; when one cannot be
 * reached, cannot score, has enough to do or takes longer than a try may, one elsewhere gets the request too, within a
 * budget: if the first may have worked on it, asking another is more work for all. Asking twice is safe: a transaction id
 * counts once.
 */
export class InferenceRegions {
  readonly #regions: Map<string, Replica[]>;
  readonly #settings: Settings<GatewaySettings>;
  readonly #budget: RetryBudget;
  readonly #failures;
  readonly #retries;
  readonly #turns: Turns;

  constructor(urls: Map<string, string[]>, settings: Settings<GatewaySettings>, metrics: Metrics) {
    const connect = (region: string, url: string): Replica => {
      const refusal = (reason: string) =>
        new UpstreamError('overloaded', `${region} has enough to do: ${reason}`);
      return new Replica(region, url, new Admission({ resource: region, settings, metrics, refusal }));
    };
    this.#regions = new Map(
      [...urls].map(([region, list]) => [region, list.map((url) => connect(region, url))]),
    );
    this.#settings = settings;
    this.#budget = new RetryBudget(settings);
    this.#turns = new Turns(() => settings.values['upstream.balancing']);
    this.#failures = metrics.counter('firedrill_gateway_upstream_failures_total');
    this.#retries = metrics.counter('firedrill_gateway_retries_total');
    reportAdmissions(
      metrics,
      [...this.#regions.values()].flat().map(({ admission }) => admission),
    );
  }

  get regions(): string[] {
    return [...this.#regions.keys()];
  }

  /**
   * @param region where to ask first
   * @param headers goes on with how long the caller still waits
   * @throws AppError GATEWAY_TIMEOUT, GATEWAY_OVERLOADED, GATEWAY_UNAVAILABLE, or the refusal of inference as it is
   */
  async score(
    region: string,
    body: string,
    headers: Record<string, string>,
    ask: Ask,
  ): Promise<ScoreResponse> {
    const patienceMs = Math.round(ask.deadlineMs - performance.now());
    const failed: UpstreamError[] = [];
    this.#budget.deposit();
    for (const replica of this.#candidates(region, ask.caller)) {
      const before = failed.at(-1);
      if (before && (ask.caller?.destroyed || !this.#mayTryAgain(before))) break;
      let cutShort = false;
      try {
        const answer = await replica.admission.run(ask, () => {
          const leftMs = Math.max(1, Math.ceil(ask.deadlineMs - performance.now()));
          const waitMs = Math.min(leftMs, this.#settings.values['retry.try_timeout_ms'] || leftMs);
          cutShort = waitMs < leftMs;
          headers[TIMEOUT_HEADER] = String(waitMs);
          return replica.post('/v1/score', body, headers, waitMs);
        });
        if (answer.status < 300) return answer.body as ScoreResponse;
        throw refusal(answer.status, answer.body);
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        this.#failures.inc({ region: replica.region, reason: error.reason });
        // Whoever waited for nothing as long as there was time is not made to wait again.
        if (error.reason === 'timeout' && !cutShort) throw errors.TIMEOUT(replica.region, patienceMs);
        failed.push(error);
      }
    }
    const problem = failed.map(({ message }) => message).join('; ');
    if (failed.some(({ reason }) => reason === 'overloaded')) throw errors.OVERLOADED(problem);
    if (failed.some(({ reason }) => reason === 'timeout')) throw errors.LATE(problem);
    throw errors.UNAVAILABLE(problem);
  }

  #mayTryAgain({ reason, begun }: UpstreamError): boolean {
    const result = !begun ? 'free' : this.#budget.withdraw() ? 'charged' : 'refused';
    this.#retries.inc({ reason, result });
    return result !== 'refused';
  }

  /** Whether any replica may take traffic. */
  async ready(): Promise<boolean> {
    const all = [...this.#regions.values()].flat();
    return (await Promise.all(all.map((replica) => replica.ready(READY_MS)))).includes(true);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#regions.values()].flat().map((replica) => replica.close()));
  }

  /**
   * One for each try: a replica at home and one elsewhere by turns, or, with a single region, its replicas. A lone
   * replica is asked once.
   */
  #candidates(region: string, caller: Ask['caller']): Replica[] {
    const home = this.#regions.get(region) ?? [];
    const abroad = [...this.#regions].flatMap(([name, replicas]) => (name === region ? [] : replicas));
    const sides = [home, abroad].filter(({ length }) => length > 0);
    const turn = this.#turns.of(caller);
    const tries = home.length + abroad.length === 1 ? 1 : this.#settings.values['retry.attempts'];
    return Array.from({ length: tries }, (_, i) => {
      const side = sides[i % sides.length]!;
      return side[(turn + Math.floor(i / sides.length)) % side.length]!;
    });
  }
}

/** What inference did not accept although the gateway did, or will not decide on purpose, word for word. */
function refusal(status: number, body: unknown): AppError {
  const { error } = body as Partial<ErrorBody>;
  const {
    code = 'GATEWAY_REFUSED',
    message = `inference refused with status ${status}`,
    field,
  } = error ?? {};
  return new AppError(code, status, message, { field: field ?? undefined });
}
