import type { ValidateFunction } from 'ajv';
import type { FastifyRequest } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { DecisionResponseSchema, ScoreRequestSchema } from '../../../lib/contract/transaction.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Settings } from '../../../lib/kit/settings.ts';
import { checkTransaction } from '../canonical.ts';
import { type Adapter, type Channel, FIRST_FORMAT } from '../channel.ts';
import type { Door } from '../door.ts';
import { errors } from '../errors.ts';
import type { GatewaySettings } from '../settings.ts';

export interface ScoreRoutes {
  door: Door;
  channels: readonly Channel[];
  settings: Settings<GatewaySettings>;
  metrics: Metrics;
  authenticate: ((request: FastifyRequest) => Promise<void>) | undefined;
}

/** `POST /v1/score` for canonical transactions and `POST /v1/channels/{channel}/score` for native messages. */
export function addScoring(app: App, { door, channels, settings, metrics, authenticate }: ScoreRoutes): void {
  const requests = metrics.counter('firedrill_gateway_requests_total');
  const known = new Set(channels.map(({ name }) => name));
  const response = { 200: DecisionResponseSchema };
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

  for (const { name, formats } of channels) {
    const readers = new Map([...formats].map(([format, adapter]) => [format, readerOf(app, adapter)]));
    const setting = `channels.${name}.format` as 'channels.partner.format';
    const reader = () => readers.get(settings.values[setting])!;
    app.post(
      `/v1/channels/${name}/score`,
      {
        ...counting(() => name),
        // Which schema a message is held to is a setting, read for every message.
        schema: { body: formats.get(FIRST_FORMAT)!.schema, response },
        validatorCompiler: () => (body: unknown) => reader().validate(body),
      },
      async (request) => {
        const { adapter, nameOf } = reader();
        const transaction = adapter.toTransaction(request.body);
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

/** One format of a channel, made once: what its messages must be, how they are read, what their fields are called. */
function readerOf(app: App, adapter: Adapter) {
  const compile = app.validatorCompiler!;
  const check = compile({
    schema: adapter.schema,
    method: 'POST',
    url: '',
    httpPart: 'body',
  }) as ValidateFunction;
  return {
    adapter,
    nameOf: (field: string) => adapter.fields[field as keyof Adapter['fields']] ?? field,
    validate: (body: unknown) =>
      check(body) || { error: (check.errors ?? []) as FastifySchemaValidationError[] },
  };
}
