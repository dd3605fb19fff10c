import { context } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import { ScoreRequestSchema, ScoreResponseSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Admission, Ask } from '../../../lib/kit/pressure/admission.ts';
import { patienceIn, priorityIn } from '../../../lib/kit/pressure/ask.ts';
import { contextOf, tracingOn, withSpan } from '../../../lib/kit/tracing.ts';
import type { Scorer } from '../scoring/scorer.ts';

/** `POST /v1/score`: one transaction to one decision, or a refusal under pressure before any work is done for it. */
export function addScore(app: App, scorer: Scorer, admission: Admission): void {
  app.post(
    '/v1/score',
    { schema: { body: ScoreRequestSchema, response: { 200: ScoreResponseSchema } } },
    (request) => {
      const { transaction } = request.body;
      if (!tracingOn()) return admission.run(askOf(request), () => scorer.score(transaction));
      const parent = contextOf(request.headers);
      return withSpan(
        'score',
        () => {
          const within = context.active();
          return admission.run(askOf(request), () => scorer.score(transaction, within));
        },
        parent,
      );
    },
  );
}

const askOf = ({ headers, raw }: FastifyRequest): Ask => ({
  priority: priorityIn(headers) ?? 'normal',
  deadlineMs: performance.now() + patienceIn(headers),
  caller: raw.socket,
});
