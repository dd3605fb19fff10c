import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { actorOf } from '../../lib/kit/http.ts';
import type { Artifacts } from './artifacts.ts';
import type { Author } from './store/journal.ts';
import type { Store } from './store/store.ts';

/** What the routes work with. */
export interface Context {
  store: Store;
  artifacts: Artifacts;
  /** Lets only the bearer of the platform's token pass. */
  authorized: preHandlerAsyncHookHandler;
  /** The alias whose version the regions should serve. */
  servedAlias: string;
}

/** Actor and reason of a changing call; a reason in the body beats the header x-reason. */
export const authorOf = (request: FastifyRequest, reason?: string): Author => {
  const header = request.headers['x-reason'];
  return { actor: actorOf(request), reason: reason ?? (typeof header === 'string' ? header : undefined) };
};
