import { context } from '@opentelemetry/api';
import { ScoreRequestSchema, ScoreResponseSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import { contextOf, tracingOn, withSpan } from '../../../lib/kit/tracing.ts';
import type { Scorer } from '../scoring/scorer.ts';

/** `POST /v1/score`: one transaction to one decision. */
export function addScore(app: App, scorer: Scorer): void {
  app.post(
    '/v1/score',
    { schema: { body: ScoreRequestSchema, response: { 200: ScoreResponseSchema } } },
    (request) => {
      const { transaction } = request.body;
      if (!tracingOn()) return scorer.score(transaction);
      const parent = contextOf(request.headers);
      return withSpan('score', () => scorer.score(transaction, context.active()), parent);
    },
  );
}
