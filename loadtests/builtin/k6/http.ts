import { Agent, request } from 'undici';
import { record } from '../current.ts';

interface Parameters {
  headers?: Record<string, string>;
  tags?: Record<string, string>;
  timeout?: string;
}

const agent = new Agent();
const DEFAULT_TIMEOUT_MS = 60_000;

/** `retry-after` to `Retry-After`, as k6 spells them. */
const canonical = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** Sends a request; who gets no answer has status 0 and an `error`, nothing is thrown. */
async function asyncRequest(
  method: string,
  url: string,
  body: string | null = null,
  { headers = {}, tags = {}, timeout }: Parameters = {},
) {
  const begun = performance.now();
  const answer = await exchange(
    method,
    url,
    body,
    headers,
    timeout ? Number.parseFloat(timeout) * 1000 : DEFAULT_TIMEOUT_MS,
  );
  const duration = performance.now() - begun;
  const all = { ...tags, method, status: String(answer.status) };
  record('http_reqs', 1, all);
  record('http_req_duration', duration, all);
  record('http_req_failed', answer.status >= 200 && answer.status < 400 ? 0 : 1, all);
  return { ...answer, timings: { duration }, json: () => JSON.parse(answer.body) as unknown };
}

async function exchange(
  method: string,
  url: string,
  body: string | null,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<{ status: number; headers: Record<string, string>; body: string; error: string }> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await request(url, { method, body, headers, signal, dispatcher: agent });
    const entries = Object.entries(answer.headers).map(([name, value]) => [canonical(name), String(value)]);
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(entries),
      body: await answer.body.text(),
      error: '',
    };
  } catch (error) {
    return { status: 0, headers: {}, body: '', error: (error as Error).message };
  }
}

export default { asyncRequest };
