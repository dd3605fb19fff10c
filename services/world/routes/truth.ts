import Type from 'typebox';
import { requireToken } from '../../../lib/kit/http.ts';
import type { Service } from '../../../lib/kit/service.ts';
import type { Entry, Ledger } from '../truth/ledger.ts';
import { summarise } from '../truth/summary.ts';

const Query = Type.Object(
  {
    from: Type.Optional(Type.String({ format: 'date-time', description: 'business time, inclusive' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'business time, exclusive' })),
    seconds: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'only what was answered in the last wall seconds' }),
    ),
    rows: Type.Integer({ default: 0, minimum: 0, maximum: 200_000, description: 'newest rows to add' }),
  },
  { additionalProperties: false },
);

const epoch = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));

/** `GET /v1/truth`: how the bank really does. For the holder of the truth's own token alone. */
export function addTruth({ app }: Pick<Service, 'app'>, ledger: Ledger, token: string): void {
  app.get('/v1/truth', { preHandler: requireToken(token), schema: { querystring: Query } }, (request) => {
    const { from, to, seconds, rows } = request.query;
    const entries = [
      ...ledger.select({
        fromMs: epoch(from),
        toMs: epoch(to),
        sinceWallMs: seconds === undefined ? undefined : Date.now() - seconds * 1000,
      }),
    ];
    return {
      remembered: ledger.size,
      summary: summarise(entries),
      ...(rows > 0 && { rows: entries.slice(0, rows).map(rowOf) }),
    };
  });
}

const rowOf = (entry: Entry) => ({
  id: entry.id,
  timestamp: new Date(entry.timeMs).toISOString(),
  answered_at: new Date(entry.wallMs).toISOString(),
  card_id: entry.cardId,
  channel: entry.channel,
  country: entry.country,
  region: entry.region ?? null,
  amount_eur: Math.round(entry.amountEur * 100) / 100,
  is_fraud: entry.isFraud,
  code: entry.code,
  decision: entry.decision ?? null,
  score: entry.score ?? null,
  latency_ms: Math.round(entry.latencyMs * 1000) / 1000,
});
