import type { FastifyRequest } from 'fastify';
import { ScoreRequestSchema, ScoreResponseSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { checkTransaction } from '../canonical.ts';
import type { Channel } from '../channel.ts';
import type { Door } from '../door.ts';
import { errors } from '../errors.ts';

export interface ScoreRoutes {
  door: Door;
  channels: readonly Channel[];
  metrics: Metrics;
  authenticate: ((request: FastifyRequest) => Promise<void>) | undefined;
}

/** `POST /v1/score` for canonical transactions and `POST /v1/channels/{channel}/score` for native messages. */
export function addScoring(app: App, { door, channels, metrics, authenticate }: ScoreRoutes): void {
  const requests = metrics.counter('firedrill_gateway_requests_total');
  const known = new Set(channels.map(({ name }) => name));
  const response = { 200: ScoreResponseSchema };
  // Counted with the region that answered; a request refused at the door has none.
  const answered = new WeakMap<FastifyRequest, string>();
  const counting = (channelOf: (request: FastifyRequest) => unknown) => ({
    ...(authenticate && { onRequest: authenticate }),
    onResponse: async (request: FastifyRequest, { statusCode }: { statusCode: number }) => {
      const channel = channelOf(request);
      requests.inc({
        region: answered.get(request) ?? 'none',
        channel: known.has(String(channel)) ? String(channel) : 'unknown',
        code: String(statusCode),
      });
    },
  });
  const channelInBody = ({ body }: FastifyRequest) =>
    (body as { transaction?: { channel?: unknown } } | undefined)?.transaction?.channel;

  app.post(
    '/v1/score',
    { ...counting(channelInBody), schema: { body: ScoreRequestSchema, response } },
    async (request) => {
      const answer = await door.score(request, request.body.transaction, (field) => `transaction.${field}`);
      answered.set(request, answer.region);
      return answer;
    },
  );

  for (const channel of channels) {
    const nameOf = (field: string) => channel.fields[field as keyof Channel['fields']] ?? field;
    app.post(
      `/v1/channels/${channel.name}/score`,
      { ...counting(() => channel.name), schema: { body: channel.schema, response } },
      async (request) => {
        const transaction = channel.toTransaction(request.body);
        checkTransaction(transaction, nameOf);
        const answer = await door.score(request, transaction, nameOf);
        answered.set(request, answer.region);
        return answer;
      },
    );
  }

  app.post('/v1/channels/:channel/score', { ...counting(() => undefined) }, async ({ params }) => {
    throw errors.CHANNEL_UNKNOWN((params as { channel: string }).channel, [...known].join(', '));
  });
}
