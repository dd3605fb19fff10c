import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Type, { type Static, type TObject } from 'typebox';
import type { ErrorBody } from './errors.ts';
import type { Metrics } from './metrics.ts';

/** How much of a server one caller can hold, and for how long. Node's own limits are for the open web: minutes. */
export const ConnectionConfig = {
  HTTP_MAX_CONNECTIONS: Type.Integer({
    default: 2_048,
    minimum: 1,
    description: 'connections at a time; one more is closed at once',
  }),
  HTTP_HEADERS_TIMEOUT_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    description: 'wall ms from the first byte of a request to the end of its headers',
  }),
  HTTP_REQUEST_TIMEOUT_MS: Type.Integer({
    default: 30_000,
    minimum: 100,
    description: 'wall ms from the first byte of a request to its last',
  }),
};
export type ConnectionConfig = Static<TObject<typeof ConnectionConfig>>;

/** Longer than callers keep an idle connection, so that it is them who close it and no request meets a closing door. */
const IDLE_MS = 72_000;
/** Bytes of all headers together; ours have some hundred. */
const HEADER_BYTES = 16 * 1024;

/** Why what came over a connection was no request, with the answer it gets. */
const PROBLEMS = {
  timeout: {
    status: 408,
    code: 'HTTP_REQUEST_TIMEOUT',
    message: 'the request took too long to arrive; send it in one go',
  },
  headers_too_large: {
    status: 431,
    code: 'HTTP_HEADERS_TOO_LARGE',
    message: `the headers are longer than ${HEADER_BYTES} bytes; send fewer`,
  },
  malformed: {
    status: 400,
    code: 'HTTP_MALFORMED',
    message: 'this is not HTTP/1.1; see RFC 9112',
  },
} as const;

const CODES: Record<string, keyof typeof PROBLEMS> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Options of Fastify that bound connections, and answer in our shape to what is no request. */
export function connectionOptions(config: ConnectionConfig, metrics: Metrics) {
  const refused = metrics.counter('firedrill_http_connections_refused_total');
  return {
    requestTimeout: config.HTTP_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_MS,
    http: {
      headersTimeout: Math.min(config.HTTP_HEADERS_TIMEOUT_MS, config.HTTP_REQUEST_TIMEOUT_MS),
      // Late by a fifth at most; Node looks every half minute otherwise.
      connectionsCheckingInterval: Math.ceil(config.HTTP_HEADERS_TIMEOUT_MS / 5),
      maxHeaderSize: HEADER_BYTES,
    },
    clientErrorHandler(error: { code?: string }, socket: Socket) {
      // A caller that went away is no problem of ours.
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const reason = CODES[error.code ?? ''] ?? 'malformed';
      refused.inc({ reason });
      socket.end(asText(PROBLEMS[reason]), () => socket.destroy());
    },
  };
}

/** One connection more than allowed is closed by Node; this counts it. */
export function limitConnections(
  server: Server,
  { HTTP_MAX_CONNECTIONS: most }: ConnectionConfig,
  metrics: Metrics,
): void {
  const refused = metrics.counter('firedrill_http_connections_refused_total');
  server.maxConnections = most;
  server.on('drop', () => refused.inc({ reason: 'too_many' }));
}

function asText({ status, code, message }: (typeof PROBLEMS)[keyof typeof PROBLEMS]): string {
  const body = JSON.stringify({ error: { code, message, field: null } } satisfies ErrorBody);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
