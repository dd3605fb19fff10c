import { request } from 'undici';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * `fetch` for our own processes. The real one refuses to speak to ports that the Fetch standard calls bad, and 4190
 * (Prometheus here), 5060 and 6000 are among them.
 * @throws Error of undici when nobody answers
 */
export async function call(url: string | URL, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', headers, body, signal } = options;
  const answer = await request(url, { method, headers, body, signal });
  const bytes = await answer.body.arrayBuffer();
  const pairs = Object.entries(answer.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new Response(WITHOUT_BODY.has(answer.statusCode) ? null : bytes, {
    status: answer.statusCode,
    headers: pairs,
  });
}
