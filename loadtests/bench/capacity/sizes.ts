import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import type { RedisServer } from '../../../tests/support/redis.ts';

/** Bytes of one request and its answer on the connection, headers included. */
export async function wireBytes(port: number, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent: ClientRequest = request({ port, method: 'POST', path: '/v1/score', headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { socket } = answer;
  await once(answer.resume(), 'end');
  return socket.bytesRead + socket.bytesWritten;
}

/** Mean bytes of an event of both topics that follow a request, as they lie in the log. */
export async function eventBytes(log: RedisServer): Promise<number> {
  const redis = await log.connect();
  let sum = 0;
  for (const topic of ['transactions', 'predictions'] as const) {
    const streams = await Promise.all(
      partitionsOf(topic).map((partition) =>
        redis.xrange(`log:${topic}:${partition}`, '-', '+', 'COUNT', 100),
      ),
    );
    const events = streams.flat().map(([, fields]) => Buffer.byteLength(fields.join('')));
    sum += events.reduce((total, bytes) => total + bytes, 0) / events.length;
  }
  return sum;
}

/** Mean bytes of keys and rows a card has in the online store, those of merchants and devices shared out among them. */
export async function rowBytes(online: RedisServer, cards: number): Promise<number> {
  const redis = await online.connect();
  const keys = await redis.keys('*');
  const lengths = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
  return lengths.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) / cards;
}
