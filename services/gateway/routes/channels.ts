import type { App } from '../../../lib/kit/http.ts';
import type { Border } from '../border/border.ts';

/** `GET /v1/channels`: format, state and contract of every channel, as this replica sees them. */
export function addChannels(app: App, border: Border): void {
  app.get('/v1/channels', () => ({ channels: border.view() }));
}
