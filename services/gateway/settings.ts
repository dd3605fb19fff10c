import Type, { type Static, type TObject } from 'typebox';

/** What may change while the gateway runs; `GET /v1/settings` shows it with this schema. */
export const GatewaySettings = {
  'upstream.timeout_ms': Type.Integer({
    default: 1_000,
    minimum: 10,
    maximum: 60_000,
    description: 'wall ms to wait for one answer of inference',
  }),
  'timestamp.max_ahead_hours': Type.Number({
    default: 1,
    minimum: 0,
    description: 'business hours a transaction may lie ahead of the clock of the bank',
  }),
  'timestamp.max_behind_days': Type.Number({
    default: 7,
    exclusiveMinimum: 0,
    description: 'business days a transaction may lie behind the clock of the bank',
  }),
};
export type GatewaySettings = Static<TObject<typeof GatewaySettings>>;
