import type { ScoreResponse } from '../../../lib/contract/transaction.ts';
import { AppError } from '../../../lib/kit/errors.ts';
import type { ErrorBody } from '../../../lib/kit/http.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { errors } from '../errors.ts';
import { Replica, UpstreamError } from './replica.ts';

const READY_MS = 1_000;

/**
 * Inference in all regions. A region's replicas take turns; when one cannot be reached or cannot score, one replica
 * elsewhere gets the request too. Asking twice is safe: a transaction id counts once.
 */
export class InferenceRegions {
  readonly #regions: Map<string, Replica[]>;
  readonly #timeoutMs: () => number;
  readonly #failures;
  #turn = 0;

  constructor(urls: Map<string, string[]>, timeoutMs: () => number, metrics: Metrics) {
    this.#regions = new Map(
      [...urls].map(([region, list]) => [region, list.map((url) => new Replica(region, url))]),
    );
    this.#timeoutMs = timeoutMs;
    this.#failures = metrics.counter('firedrill_gateway_upstream_failures_total');
  }

  get regions(): string[] {
    return [...this.#regions.keys()];
  }

  /**
   * @param region where to ask first
   * @throws AppError GATEWAY_TIMEOUT, GATEWAY_UNAVAILABLE, or the refusal of inference as it is
   */
  async score(region: string, body: string, headers: Record<string, string>): Promise<ScoreResponse> {
    const timeoutMs = this.#timeoutMs();
    const problems: string[] = [];
    for (const replica of this.#candidates(region)) {
      try {
        const answer = await replica.post('/v1/score', body, headers, timeoutMs);
        if (answer.status < 300) return answer.body as ScoreResponse;
        throw refusal(answer.status, answer.body);
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        this.#failures.inc({ region: replica.region, reason: error.reason });
        // Whoever waited once for nothing is not made to wait again.
        if (error.reason === 'timeout') throw errors.TIMEOUT(replica.region, timeoutMs);
        problems.push(error.message);
      }
    }
    throw errors.UNAVAILABLE(problems.join('; '));
  }

  /** Whether any replica may take traffic. */
  async ready(): Promise<boolean> {
    const all = [...this.#regions.values()].flat();
    return (await Promise.all(all.map((replica) => replica.ready(READY_MS)))).includes(true);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#regions.values()].flat().map((replica) => replica.close()));
  }

  /** A replica at home, and one elsewhere; with a single region, two of its replicas. */
  #candidates(region: string): Replica[] {
    const home = this.#regions.get(region) ?? [];
    const abroad = [...this.#regions].flatMap(([name, replicas]) => (name === region ? [] : replicas));
    const turn = this.#turn++;
    const first = home[turn % home.length];
    const second = abroad[turn % abroad.length] ?? home[(turn + 1) % home.length];
    return [...new Set([first, second])].filter((replica) => replica !== undefined);
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
