import { InferenceSession, Tensor } from '../../../lib/kit/onnx/runtime.ts';

/** Rows per call: enough to forget the cost of calling, small enough to stay in the processor's cache. */
const BATCH = 1_024;

/**
 * Scores rows with onnxruntime, the way inference does.
 * @param columns d columns of n float32
 * @returns n probabilities of the positive class
 */
export async function scoreOnnx(model: Uint8Array, columns: readonly Float32Array[]): Promise<Float64Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const rows = columns[0]?.length ?? 0;
    const scores = new Float64Array(rows);
    const [input, output] = [session.inputNames[0]!, session.outputNames.at(-1)!];
    for (let start = 0; start < rows; start += BATCH) {
      const size = Math.min(BATCH, rows - start);
      const values = new Float32Array(size * columns.length);
      for (const [f, column] of columns.entries()) {
        for (let i = 0; i < size; i++) values[i * columns.length + f] = column[start + i]!;
      }
      const answer = await session.run({ [input]: new Tensor('float32', values, [size, columns.length]) }, [
        output,
      ]);
      const probabilities = answer[output]!.data as Float32Array;
      for (let i = 0; i < size; i++) scores[start + i] = probabilities[i * 2 + 1]!;
    }
    return scores;
  } finally {
    await session.release();
  }
}
