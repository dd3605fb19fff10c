import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { type ConnectionConfig, connectionOptions, limitConnections } from './connections.ts';
import { AppError, type ErrorBody } from './errors.ts';
import type { Metrics } from './metrics.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface HttpOptions {
  logger: FastifyBaseLogger;
  metrics: Metrics;
  /** Largest body accepted, bytes. */
  bodyLimit?: number;
  /** Share of successful requests that get a log line, 0 to 1. Failures always get one. */
  logSample?: number;
  /** Uniform in [0, 1), decides which successes are logged. */
  sample?: () => number;
  /** How much one caller can hold; without it Node's own bounds. */
  connections?: ConnectionConfig;
}

/** Fastify's own refusals in our words: code, the part of the request at fault, what to do. */
const REFUSALS: Record<string, { code: string; field: string; message: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'HTTP_UNSUPPORTED_MEDIA_TYPE',
    field: 'content-type',
    message: 'send the body as JSON with the header content-type: application/json',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'HTTP_BODY_TOO_LARGE',
    field: 'body',
    message: 'the body is larger than this service accepts; send one transaction a request',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'HTTP_BODY_MISSING',
    field: 'body',
    message: 'the body is empty; send a JSON document',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'HTTP_BODY_NOT_JSON',
    field: 'body',
    message: 'the body is not valid JSON; check quotes, commas and brackets',
  },
  FST_ERR_BAD_URL: {
    code: 'HTTP_BAD_PATH',
    field: 'path',
    message: 'the path is not valid; write % as %25 and encode the rest as RFC 3986 says',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'HTTP_CONTENT_LENGTH_WRONG',
    field: 'content-length',
    message: 'the header content-length does not agree with the body',
  },
};

const fieldOf = (problem: { instancePath: string; params: Record<string, unknown> }): string => {
  const missing = problem.params.missingProperty ?? problem.params.additionalProperty;
  const path = problem.instancePath.split('/').slice(1);
  return [...path, ...(missing === undefined ? [] : [String(missing)])].join('.');
};

const explain = (problem: { keyword: string; message?: string; params: Record<string, unknown> }): string => {
  if (problem.keyword === 'required') return 'is missing';
  if (problem.keyword === 'additionalProperties') return 'is not a known field; remove it';
  if (problem.keyword === 'enum')
    return `must be one of ${(problem.params.allowedValues as string[]).join(', ')}`;
  if (problem.keyword === 'format' && problem.params.format === 'date-time') {
    return 'must be an RFC 3339 time with zone, for example 2025-03-03T12:00:00.000Z';
  }
  return problem.message ?? 'is invalid';
};

function toBody(error: FastifyError & { field?: string }): { status: number; body: ErrorBody } {
  const refuse = (status: number, code: string, message: string, field: string | null) => ({
    status,
    body: { error: { code, message, field } },
  });
  if (error instanceof AppError) return refuse(error.status, error.code, error.message, error.field ?? null);
  const [problem] = error.validation ?? [];
  if (problem) {
    const field = fieldOf(problem) || (error.validationContext ?? 'body');
    return refuse(400, 'HTTP_INVALID_REQUEST', `${field} ${explain(problem)}`, field);
  }
  const refusal = REFUSALS[error.code];
  if (refusal) return refuse(error.statusCode ?? 400, refusal.code, refusal.message, refusal.field);
  if (error instanceof SyntaxError) {
    const json = REFUSALS.FST_ERR_CTP_INVALID_JSON_BODY!;
    return refuse(400, json.code, json.message, json.field);
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return refuse(status, 'HTTP_BAD_REQUEST', error.message, null);
  return refuse(status, 'HTTP_INTERNAL', 'this service failed on the request; its log has the details', null);
}

/** A Fastify app with the platform's validation, error shape, request metrics and sampled request log. */
export function createHttp(options: HttpOptions): App {
  const { logger, metrics, logSample = 0, sample = () => 1, connections } = options;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    requestIdHeader: 'x-request-id',
    // Unique across processes: the gateway passes its id on, and one search finds the request everywhere.
    genReqId: () => randomUUID(),
    // What fails before there is a route does not reach the error handler.
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = toBody(error);
      (reply as FastifyReply).code(status).send(body);
    },
    forceCloseConnections: 'idle',
    // What still comes over an open connection while the others finish is answered like them.
    return503OnClosing: false,
    ...(connections && connectionOptions(connections, metrics)),
    routerOptions: { ignoreTrailingSlash: true },
  }).withTypeProvider<TypeBoxTypeProvider>();

  if (connections) limitConnections(app.server, connections, metrics);

  // Bodies are taken as they are; only query strings and paths, which are always text, are coerced.
  // JSON can write an infinite number, 1e999; strictNumbers refuses it like any other text that is no number.
  const strict = addFormats.default(new Ajv({ strict: false, strictNumbers: true, useDefaults: true }));
  const coercing = addFormats.default(
    new Ajv({ strict: false, strictNumbers: true, useDefaults: true, coerceTypes: true }),
  );
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : coercing).compile(schema),
  );

  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(url, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = [...methods].filter(([url]) => matches(url, path)).flatMap(([, set]) => [...set]);
    if (allowed.length > 0) {
      const allow = [...new Set(allowed)].join(', ');
      reply.code(405).header('allow', allow);
      return bodyOf(
        'HTTP_METHOD_NOT_ALLOWED',
        `${request.method} is not possible on ${path}; use ${allow}`,
        'method',
      );
    }
    reply.code(404);
    return bodyOf('HTTP_NOT_FOUND', `there is nothing at ${path}`, 'path');
  });

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, body } = toBody(error);
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    if (status === 503 || status === 429) reply.header('retry-after', '1');
    return reply.code(status).send(body);
  });

  const durations = metrics.histogram('http_server_request_duration_seconds');
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
    if (reply.statusCode >= 400 || sample() < logSample) {
      request.log.info(
        { method: request.method, route, status: reply.statusCode, duration_ms: reply.elapsedTime },
        'request',
      );
    }
    done();
  });
  return app;
}

const bodyOf = (code: string, message: string, field: string): ErrorBody => ({
  error: { code, message, field },
});

const matches = (pattern: string, path: string): boolean => {
  const want = pattern.split('/');
  const have = path.replace(/\/$/, '').split('/');
  if (want.length !== have.length) return false;
  return want.every((part, i) => part.startsWith(':') || part === have[i]);
};

/** A preHandler that lets only the bearer of `token` pass. */
export function requireToken(token: string) {
  const wanted = Buffer.from(`Bearer ${token}`);
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new AppError(
        'HTTP_UNAUTHORIZED',
        401,
        'this call changes something: send the header authorization: Bearer <token>',
        { field: 'authorization' },
      );
    }
  };
}

/** Who makes a changing call: the header x-actor, or else the subject of the platform's token. */
export const actorOf = (request: FastifyRequest): string => {
  const actor = request.headers['x-actor'];
  return typeof actor === 'string' && actor !== '' ? actor.slice(0, 64) : 'operator';
};
