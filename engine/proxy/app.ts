import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { AppError, messageOf } from '../../lib/kit/errors.ts';
import type { ProxyCollection } from './collection.ts';
import { errors } from './errors.ts';
import { proxyRoutes } from './routes.ts';

export interface AppOptions {
  collection: ProxyCollection;
  /** Who may call. Without a token everybody may, as with Toxiproxy. */
  token?: string;
  logger?: FastifyBaseLogger;
}

/** Toxiproxy's HTTP API (2.x) over a collection of proxies. Builds without listening. */
export function buildApp({ collection, token, logger }: AppOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
  });
  // Like Toxiproxy we take every body as JSON: `curl -d` announces a form.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const status =
      error instanceof AppError ? error.status : ((error as { statusCode?: number }).statusCode ?? 500);
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.status(status).send({ error: messageOf(error), status });
  });
  app.setNotFoundHandler((request) => {
    throw errors.ROUTE_NOT_FOUND(request.method, request.url);
  });
  if (token !== undefined) {
    const expected = digest(`Bearer ${token}`);
    app.addHook('onRequest', async (request) => {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
        throw errors.UNAUTHORIZED();
    });
  }
  app.register(proxyRoutes, { collection });
  return app;
}

// Digests have one length, whatever was sent; comparing them in constant time tells nothing about the token.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
