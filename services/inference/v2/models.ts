import type { App } from '../../../lib/kit/http.ts';
import type { Admission } from '../../../lib/kit/pressure/admission.ts';
import { askOf } from '../../../lib/kit/pressure/ask.ts';
import type { Model } from '../models/model.ts';
import type { Serving } from '../models/serving.ts';
import { errors } from './errors.ts';
import {
  InferRequestSchema,
  InferResponseSchema,
  ModelMetadataSchema,
  type ModelPath,
  ModelPathSchema,
} from './schemas.ts';
import { readFeatures } from './tensor.ts';

/** Metadata, readiness and inference of the model, with and without a version in the path. */
export function addModels(app: App, serving: Serving, admission: Admission): void {
  const find = (path: ModelPath) => findModel(serving, path);

  for (const base of ['/models/:model', '/models/:model/versions/:version']) {
    app.get(
      base,
      { schema: { params: ModelPathSchema, response: { 200: ModelMetadataSchema } } },
      ({ params }) => describe(find(params)),
    );

    app.get(`${base}/ready`, { schema: { params: ModelPathSchema } }, ({ params }) => ({
      name: find(params).identity.name,
      ready: true,
    }));

    app.post(
      `${base}/infer`,
      {
        schema: {
          params: ModelPathSchema,
          body: InferRequestSchema,
          response: { 200: InferResponseSchema },
        },
      },
      async ({ params, body, raw }) => {
        const model = find(params);
        const features = readFeatures(body, model.onnx.width);
        const probabilities = await admission.run(askOf(raw), () => model.onnx.predict(features));
        const data = Array.from(probabilities);
        const shape = [data.length / 2, 2];
        return {
          model_name: model.identity.name,
          model_version: model.identity.version,
          ...(body.id !== undefined && { id: body.id }),
          outputs: [{ name: 'probabilities', shape, datatype: 'FP32', data }],
        };
      },
    );
  }
}

/** @throws AppError V2_MODEL_UNKNOWN, V2_NOT_READY or V2_VERSION_UNKNOWN */
function findModel(serving: Serving, { model: name, version }: ModelPath): Model {
  if (name !== serving.name) throw errors.MODEL_UNKNOWN(name, serving.name);
  const model = serving.current;
  if (!model) throw errors.NOT_READY(name, serving.problem ?? 'none is loaded');
  const served = model.identity.version;
  if (version !== undefined && version !== served) throw errors.VERSION_UNKNOWN(name, version, served);
  return model;
}

const describe = ({ identity, onnx }: Model) => ({
  name: identity.name,
  versions: [identity.version],
  platform: 'onnxruntime_onnx',
  inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, onnx.width] }],
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
});
