import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const GatewayConfig = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'event log: redis://… or kafka://…' }),
  INFERENCE_URLS: Type.String({
    minLength: 2,
    description:
      'JSON: region to base URL or list of them, {"eu": "http://…", "us": ["http://…", "http://…"]}',
  }),
  GATEWAY_API_KEYS: Type.String({
    default: '',
    description: 'comma-separated; when set, scoring needs one of them in the header x-api-key',
  }),
};
export type GatewayConfig = Static<TObject<typeof GatewayConfig>>;
