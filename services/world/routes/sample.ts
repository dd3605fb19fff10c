import type { ScoreRequest } from '../../../lib/contract/transaction.ts';
import { ScoreRequestSchema } from '../../../lib/contract/transaction.ts';
import type { Service } from '../../../lib/kit/service.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** `GET /v1/sample`: a body ready to post to `/v1/score`, of a card the bank knows, at business now. */
export function addSample({ app, clock }: Pick<Service, 'app' | 'clock'>, simulation: Simulation): void {
  app.get('/v1/sample', { schema: { response: { 200: ScoreRequestSchema } } }, (): ScoreRequest => {
    const { transaction, timeMs } = simulation.sample(clock.now());
    return { transaction: { ...transaction, timestamp: new Date(timeMs).toISOString() } };
  });
}
