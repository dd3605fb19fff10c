import { ScoreRequestSchema, ScoreResponseSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Admission } from '../../../lib/kit/pressure/admission.ts';
import { askOf } from '../../../lib/kit/pressure/ask.ts';
import { withSpan } from '../../../lib/kit/tracing.ts';
import type { Scorer } from '../scoring/scorer.ts';

/** `POST /v1/score`: one transaction to one decision, or a refusal under pressure before any work is done for it. */
export function addScore(app: App, scorer: Scorer, admission: Admission): void {
  app.post(
    '/v1/score',
    { schema: { body: ScoreRequestSchema, response: { 200: ScoreResponseSchema } } },
    (request) =>
      withSpan('score', request.headers, (within) =>
        admission.run(askOf(request.raw), () => scorer.score(request.body.transaction, within)),
      ),
  );
}
