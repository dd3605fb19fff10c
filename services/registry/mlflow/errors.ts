import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, catalogue } from '../../../lib/kit/errors.ts';

/** What MLflow's own validation refuses. */
export const errors = catalogue('MLFLOW', {
  MISSING: {
    status: 400,
    message: (field: string) => `Missing value for required parameter '${field}'.`,
    field: (field: string) => field,
  },
  INVALID: {
    status: 400,
    message: (field: string, problem: string) => `Invalid value for parameter '${field}': ${problem}`,
    field: (field: string) => field,
  },
});

/** MLflow's code and status for each of ours that can come out of these routes. */
const CODES: Record<string, [errorCode: string, status: number]> = {
  REG_MODEL_UNKNOWN: ['RESOURCE_DOES_NOT_EXIST', 404],
  REG_VERSION_UNKNOWN: ['RESOURCE_DOES_NOT_EXIST', 404],
  REG_MODEL_EXISTS: ['RESOURCE_ALREADY_EXISTS', 400],
  REG_ARTIFACT_CORRUPT: ['DATA_LOSS', 500],
  HTTP_UNAUTHORIZED: ['UNAUTHENTICATED', 401],
};

/** Answers as MLflow's server does: `{"error_code", "message"}`. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const known = CODES[error.code];
  if (known) return reply.code(known[1]).send({ error_code: known[0], message: error.message });
  const status = error.statusCode ?? 500;
  // An unknown alias, a missing artifact, a bad filter: to MLflow's clients each is a bad parameter.
  if (error instanceof AppError && error.status < 500) {
    return reply.code(400).send({ error_code: 'INVALID_PARAMETER_VALUE', message: error.message });
  }
  if (status < 500) return reply.code(status).send({ error_code: 'BAD_REQUEST', message: error.message });
  request.log.error({ err: error }, 'request failed');
  return reply.code(500).send({ error_code: 'INTERNAL_ERROR', message: 'the registry failed; see its log' });
}
