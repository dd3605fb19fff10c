import { messageOf } from '../../../lib/kit/errors.ts';
import { InferenceSession, Tensor } from '../../../lib/kit/onnx/runtime.ts';
import { errors } from './errors.ts';

/** Rows one run takes at most; onnxruntime's trees are fastest per row at 8 to 16. */
export const CAPACITY = 64;
const INPUT = 'features';
const OUTPUT = 'probabilities';

/** Room for the rows of one run, reused from run to run. Row i lies at input[i * width]. */
export interface Workspace {
  readonly input: Float32Array;
  /** The same memory as tensors of 1, 2, ... rows, made when first needed. */
  readonly tensors: (Tensor | undefined)[];
}

/**
 * One model in onnxruntime: `features` float32 [n, width] to `probabilities` float32 [n, 2].
 *
 * Threads inside a run cost more than they bring for a few rows, so there is one. A run blocks the event loop for
 * its 15 to 40 microseconds a row, which is less than handing it to another thread would take.
 */
export class OnnxModel {
  readonly width: number;
  readonly #session: InferenceSession;
  readonly #spare: Workspace[] = [];
  #inUse = 0;
  #retired = false;

  private constructor(session: InferenceSession, width: number) {
    this.#session = session;
    this.width = width;
  }

  /** @throws AppError MODEL_NOT_ONNX when the bytes are no model or have other inputs and outputs */
  static async create(bytes: Uint8Array, width: number, digest: string): Promise<OnnxModel> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(bytes, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
      });
    } catch (error) {
      throw errors.NOT_ONNX(digest, messageOf(error));
    }
    const input = session.inputMetadata.find(({ name }) => name === INPUT);
    const columns = input?.isTensor ? input.shape[1] : undefined;
    const problem =
      columns !== width
        ? `its input ${INPUT} has ${columns ?? 'no'} columns instead of ${width}`
        : !session.outputNames.includes(OUTPUT)
          ? `it has no output ${OUTPUT}`
          : undefined;
    if (problem !== undefined) {
      await session.release();
      throw errors.NOT_ONNX(digest, problem);
    }
    return new OnnxModel(session, width);
  }

  /** A workspace to fill; give it back with `release`. The model stays loaded while one is out. */
  acquire(): Workspace {
    this.#inUse++;
    return this.#spare.pop() ?? { input: new Float32Array(CAPACITY * this.width), tensors: [] };
  }

  release(workspace: Workspace): void {
    this.#inUse--;
    this.#spare.push(workspace);
    if (this.#retired && this.#inUse === 0) void this.#session.release();
  }

  /** Probabilities of both classes for the first `rows` rows of the workspace: rows x 2 values. */
  async run(workspace: Workspace, rows: number): Promise<Float32Array> {
    workspace.tensors[rows] ??= new Tensor('float32', workspace.input.subarray(0, rows * this.width), [
      rows,
      this.width,
    ]);
    const outputs = await this.#session.run({ [INPUT]: workspace.tensors[rows] }, [OUTPUT]);
    return outputs[OUTPUT]!.data as Float32Array;
  }

  /** Probabilities of both classes for any number of rows, in runs small enough to let other requests in between. */
  async predict(features: Float32Array, chunk = 16): Promise<Float32Array> {
    const rows = features.length / this.width;
    const probabilities = new Float32Array(rows * 2);
    const workspace = this.acquire();
    try {
      for (let start = 0; start < rows; start += chunk) {
        const count = Math.min(chunk, rows - start);
        workspace.input.set(features.subarray(start * this.width, (start + count) * this.width));
        probabilities.set(await this.run(workspace, count), start * 2);
      }
    } finally {
      this.release(workspace);
    }
    return probabilities;
  }

  /** Frees the native memory once the last run is over. */
  retire(): void {
    this.#retired = true;
    if (this.#inUse === 0) void this.#session.release();
  }
}
