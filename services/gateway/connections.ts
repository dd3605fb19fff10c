import type { Socket } from 'node:net';
import type { App } from '../../lib/kit/http.ts';

/**
 * Ends a connection with its so-manieth answer, which says so: the caller opens another and nothing is lost. Node's own
 * `maxRequestsPerSocket` would refuse what comes over older connections when it is lowered.
 * @param most requests of one connection, read for every request; 0: no end
 */
export function limitRequests(app: App, most: () => number): void {
  const requests = new WeakMap<Socket, number>();
  // No promise for each request: nothing here waits.
  app.addHook('onRequest', ({ raw }, reply, done) => {
    const { socket } = raw;
    const count = (requests.get(socket) ?? 0) + 1;
    requests.set(socket, count);
    if (most() > 0 && count >= most()) reply.header('connection', 'close');
    done();
  });
}
