import type { FastifyRequest } from 'fastify';
import { AppError } from '../../lib/kit/errors.ts';
import { actorOf } from '../../lib/kit/http.ts';
import type { RecordedAction } from './actions.ts';
import type { Platform } from './platform.ts';

/**
 * Carries out a changing call and puts it on record. What was refused (4xx) changed nothing and is not recorded;
 * what failed half-way is.
 */
export async function recorded<T>(
  { actions }: Pick<Platform, 'actions'>,
  request: FastifyRequest,
  what: Pick<RecordedAction, 'action' | 'object' | 'details'>,
  work: () => Promise<T>,
): Promise<T> {
  const at = Date.now();
  const reason = request.headers['x-reason'];
  const entry = { at, actor: actorOf(request), ...what, ...(typeof reason === 'string' && { reason }) };
  try {
    const answer = await work();
    await actions.record(entry);
    return answer;
  } catch (error) {
    if (!(error instanceof AppError && error.status < 500)) await actions.record(entry);
    throw error;
  }
}
