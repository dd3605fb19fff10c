import { request } from 'undici';
import { errors } from './errors.ts';

const TIMEOUT_MS = 5_000;
/** Somebody is there. Whether a change took effect nobody knows then. */
const SILENT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** Live settings as the first replica has them. @throws AppError with NOT_ANSWERING or NOT_RUNNING */
export async function readSettings(
  name: string,
  urls: readonly string[],
  withinMs = TIMEOUT_MS,
): Promise<Record<string, unknown>> {
  const answer = await call(name, `${urls[0]}/v1/settings`, 'GET', {}, undefined, withinMs);
  return (answer as { settings: Record<string, unknown> }).settings;
}

/**
 * Changes live settings on every replica. The first one to refuse ends it, and it is the first asked that refuses:
 * all have the same schema.
 */
export async function patchSettings(
  name: string,
  urls: readonly string[],
  change: { settings: Record<string, unknown>; actor: string; reason?: string; adminToken: string },
): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${change.adminToken}`,
    'x-actor': change.actor,
    ...(change.reason !== undefined && { 'x-reason': change.reason }),
  };
  for (const url of urls) {
    await call(name, `${url}/v1/settings`, 'PATCH', headers, JSON.stringify(change.settings));
  }
}

async function call(
  name: string,
  url: string,
  method: 'GET' | 'PATCH',
  headers: Record<string, string> = {},
  body?: string,
  withinMs = TIMEOUT_MS,
): Promise<unknown> {
  const answer = await request(url, {
    method,
    headers,
    body,
    headersTimeout: withinMs,
    bodyTimeout: withinMs,
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code && SILENT.has(error.code) ? errors.NOT_ANSWERING(name) : errors.NOT_RUNNING(name);
  });
  const parsed = (await answer.body.json()) as { error?: { message?: string } };
  if (answer.statusCode !== 200) {
    throw errors.SETTINGS_REFUSED(name, parsed.error?.message ?? `status ${answer.statusCode}`);
  }
  return parsed;
}
