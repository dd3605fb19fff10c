import type { App } from './http.ts';

const LOOK_MS = 20;

/**
 * Every answer from now on ends its connection: callers that keep theirs open close them by themselves, and none of
 * them meets a closing door with its next request.
 */
export function announceClosing({ server }: App): void {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
}

/**
 * Takes no more connections and waits for the requests under way. Node closes connections that are idle now; one that
 * becomes idle later would be waited for until its keep-alive is over.
 */
export async function closeDoor(app: App): Promise<void> {
  const look = setInterval(() => app.server.closeIdleConnections(), LOOK_MS);
  try {
    await app.close();
  } finally {
    clearInterval(look);
  }
}
