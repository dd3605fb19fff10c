/**
 * The bare floor: Fastify, one Redis GET with auto-pipelining, one onnxruntime run of one row, nothing else. No
 * validation, no metrics, no log, no events, no response schema; the features are made beforehand.
 *
 *   REDIS_URL MODEL_FILE FEATURES_FILE WIDTH PORT node floor.ts
 */
import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import { InferenceSession, Tensor } from '../../../lib/kit/onnx/runtime.ts';

const { REDIS_URL = '', MODEL_FILE = '', FEATURES_FILE = '', WIDTH = '', PORT = '' } = process.env;
const width = Number(WIDTH);
const file = readFileSync(FEATURES_FILE);
const features = new Float32Array(file.buffer, file.byteOffset, file.byteLength / 4);
const rows = features.length / width;
const session = await InferenceSession.create(MODEL_FILE, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const redis = new Redis(REDIS_URL, { enableAutoPipelining: true });
const app = fastify();

let next = 0;
app.post<{ Body: { transaction: { card_id: string } } }>('/v1/score', async ({ body }) => {
  const row = await redis.get(`features:fraud@1:card:${body.transaction.card_id}`);
  next = (next + 1) % rows;
  const input = new Tensor('float32', features.subarray(next * width, (next + 1) * width), [1, width]);
  const { probabilities } = await session.run({ features: input }, ['probabilities']);
  return { score: probabilities!.data[1], known: row !== null };
});
app.get('/readyz', () => ({ ready: true }));
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
