import { ScoreRequestSchema, ScoreResponseSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Admission } from '../../../lib/kit/pressure/admission.ts';
import { askOf } from '../../../lib/kit/pressure/ask.ts';
import { withSpan } from '../../../lib/kit/tracing.ts';
import { Repeats } from '../scoring/repeats.ts';
import type { Scorer } from '../scoring/scorer.ts';

/** `POST /v1/score`: one transaction to one decision, or a refusal under pressure before any work is done for it. */
export function addScore(app: App, scorer: Scorer, admission: Admission): void {
  const repeats = new Repeats();
  app.post(
    '/v1/score',
    { schema: { body: ScoreRequestSchema, response: { 200: ScoreResponseSchema } } },
    async (request) => {
      const { transaction } = request.body;
      const earlier = repeats.find(transaction);
      if (earlier) return earlier;
      const answer = await withSpan('score', request.headers, (within) =>
        admission.run(askOf(request.raw), () => scorer.score(transaction, within)),
      );
      repeats.keep(transaction, answer);
      return answer;
    },
  );
}
