import Type from 'typebox';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from '../definitions.ts';
import { OnlineFeatures } from '../feast/online.ts';
import type { RouteContext } from './context.ts';

const GetOnlineFeatures = Type.Object({
  entities: Type.Record(Type.String(), Type.Array(Type.Union([Type.String(), Type.Number()])), {
    description: 'one column per key: entity keys, and for request features the fields of the transaction',
  }),
  feature_service: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  features: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  full_feature_names: Type.Optional(Type.Boolean()),
});

/** Feast's call for online features: https://docs.feast.dev/reference/feature-servers/python-feature-server */
export function addFeastRoutes({ app, definitions, redis, clock }: RouteContext): void {
  const online = new OnlineFeatures(definitions);
  app.post('/get-online-features', { schema: { body: GetOnlineFeatures } }, async ({ body }) => {
    const plan = online.plan(body);
    const keys = plan.keys(clock.now());
    const rows =
      keys.length === 0
        ? []
        : await redis.mget(keys).catch((error) => {
            throw errors.STORE_UNAVAILABLE(messageOf(error));
          });
    return plan.answer(rows);
  });
}
