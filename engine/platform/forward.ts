import type { FastifyRequest } from 'fastify';
import type { PortName } from '../../lib/contract/ports.ts';
import { call } from '../../lib/kit/call.ts';
import { AppError, messageOf } from '../../lib/kit/errors.ts';
import { actorOf } from '../../lib/kit/http.ts';
import type { Platform } from './platform.ts';

/** Parity compares hundreds of entities in a process of its own. */
const TIMEOUT_MS = 120_000;

/**
 * Passes a call on to a service in the name of whoever made it, and its answer back.
 * @throws AppError with the service's own code and sentence, or ENGINE_UPSTREAM when it does not answer
 */
export async function forward(
  { url, secrets }: Pick<Platform, 'url' | 'secrets'>,
  request: FastifyRequest,
  to: { service: PortName; method: 'GET' | 'POST' | 'PUT'; path: string; body?: unknown },
): Promise<unknown> {
  const response = await call(`${url(to.service)}${to.path}`, {
    method: to.method,
    headers: {
      authorization: `Bearer ${secrets.admin}`,
      'x-actor': actorOf(request),
      'x-request-id': request.id,
      ...(to.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(to.body !== undefined && { body: JSON.stringify(to.body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error) => {
    const why = messageOf(error.cause ?? error);
    throw new AppError('ENGINE_UPSTREAM', 502, `${to.service} does not answer (${why}); see ./drill ps`);
  });
  const answer = (await response.json()) as { error?: { code: string; message: string; field?: string } };
  if (response.ok) return answer;
  const { code = 'ENGINE_UPSTREAM', message = `status ${response.status}`, field } = answer.error ?? {};
  throw new AppError(code, response.status, `${to.service}: ${message}`, { field: field ?? undefined });
}
