import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';

/** Where a request may go now. */
export type Endpoints = () => readonly number[];

const BAD_GATEWAY = 502;
const NO_ENDPOINTS = 503;

/**
 * What stands in front of the pods of a workload: one port, and each request goes to the next pod that is ready, as a
 * mesh's sidecar does it. (kube-proxy balances connections, and callers that keep theirs would never reach a new pod.)
 */
export class Service {
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  readonly #port: number;
  #turn = 0;

  /** @param endpoints ports on loopback of pods that are ready */
  constructor(port: number, endpoints: Endpoints) {
    this.#port = port;
    this.#server = createServer((incoming, outgoing) => {
      const ready = endpoints();
      if (ready.length === 0) return fail(outgoing, NO_ENDPOINTS, 'no pod is ready');
      this.#turn = (this.#turn + 1) % ready.length;
      const { method, url: path, headers } = incoming;
      const to = { host: '127.0.0.1', port: ready[this.#turn], method, path, headers, agent: this.#agent };
      const onward = request(to, (answer) => {
        outgoing.writeHead(answer.statusCode ?? BAD_GATEWAY, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      onward.on('error', (error) => fail(outgoing, BAD_GATEWAY, error.message));
      // Who hangs up is not worked for any longer.
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function fail(outgoing: ServerResponse, status: number, reason: string): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ error: { code: 'SERVICE_NO_ENDPOINT', message: reason } }));
}
