import { errors } from './errors.ts';
import { type InferRequest, MOST_ROWS } from './schemas.ts';

/**
 * The input tensor of a request: `features` FP32 [n, width], row-major, from flat or nested JSON.
 * @throws AppError V2_INPUT naming what is wrong
 */
export function readFeatures({ inputs, outputs }: InferRequest, width: number): Float32Array {
  const [input, ...others] = inputs;
  const refuse = (problem: string) => errors.INPUT(problem);
  if (input?.name !== 'features' || others.length > 0) {
    throw refuse(`inputs must be exactly one tensor named features, got ${inputs.map(({ name }) => name)}`);
  }
  if (input.datatype !== 'FP32') throw refuse(`features must be FP32, got ${input.datatype}`);
  const [rows = 0, columns] = input.shape;
  if (input.shape.length !== 2 || columns !== width || rows < 1 || rows > MOST_ROWS) {
    const wanted = `[n, ${width}] with n from 1 to ${MOST_ROWS}`;
    throw refuse(`features must have the shape ${wanted}, got [${input.shape.join(', ')}]`);
  }
  const unknown = outputs?.find(({ name }) => name !== 'probabilities');
  if (unknown) throw refuse(`there is no output ${unknown.name}; the model has probabilities`);
  const values = input.data.flat(Number.POSITIVE_INFINITY);
  if (values.length !== rows * width) {
    throw refuse(`features has ${values.length} values where its shape says ${rows * width}`);
  }
  const odd = values.findIndex((value) => typeof value !== 'number' || !Number.isFinite(Math.fround(value)));
  if (odd >= 0) throw refuse(`features.data[${odd}] is ${JSON.stringify(values[odd])}, not a finite FP32`);
  return Float32Array.from(values as number[]);
}
