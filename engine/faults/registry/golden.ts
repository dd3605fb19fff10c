import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { InferenceSession, Tensor } from '../../../lib/kit/onnx/runtime.ts';

type Golden = ModelManifest['golden'];

/** The same examples with the scores that a model file gives them. */
export async function scoredAgain(golden: Golden, artifact: Uint8Array): Promise<Golden> {
  const width = golden[0]?.features.length ?? 0;
  const input = Float32Array.from(golden.flatMap(({ features }) => features));
  const session = await InferenceSession.create(artifact, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const tensor = new Tensor('float32', input, [golden.length, width]);
    const { probabilities } = await session.run({ features: tensor }, ['probabilities']);
    const scores = probabilities!.data as Float32Array;
    return golden.map(({ features }, i) => ({ features, score: scores[i * 2 + 1]! }));
  } finally {
    await session.release();
  }
}
