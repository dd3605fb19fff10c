import { call } from '../../lib/kit/call.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import { errors } from './errors.ts';

const PATIENCE_MS = 5_000;

/**
 * Looks whether `gateway` takes traffic and `world` has samples, before anything is sent.
 * @throws AppError LOAD_NOT_ANSWERING, LOAD_NOT_READY
 */
export async function checkReady(gateway: string, world: string): Promise<void> {
  const answer = await get(`${gateway}/readyz`);
  if (!answer.ok) {
    const { reasons = [] } = (await answer.json().catch(() => ({}))) as { reasons?: string[] };
    throw errors.NOT_READY(gateway, reasons.join('; ') || `status ${answer.status}`);
  }
  const sample = await get(`${world}/v1/sample`);
  if (!sample.ok) throw errors.NOT_ANSWERING(`${world}/v1/sample`, `status ${sample.status}`);
}

async function get(url: string): Promise<Response> {
  try {
    return await call(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw errors.NOT_ANSWERING(url, messageOf(error));
  }
}
