import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { errors } from './errors.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A preHandler that wants one of `keys` (comma-separated) in x-api-key; without keys it lets everybody in. */
export function requireApiKey(keys: string): ((request: FastifyRequest) => Promise<void>) | undefined {
  const known = keys
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
    .map(digest);
  if (known.length === 0) return undefined;
  return async (request) => {
    const given = digest(String(request.headers['x-api-key'] ?? ''));
    // Digests have one length and are compared in constant time: neither tells how close a guess came.
    if (!known.some((key) => timingSafeEqual(key, given))) throw errors.API_KEY();
  };
}
