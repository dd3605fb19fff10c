import Type, { type Static } from 'typebox';

/** Rows of one call at most: half a megabyte of JSON, and a tenth of a second of the model's time. */
export const MOST_ROWS = 4_096;

const Parameters = Type.Optional(Type.Record(Type.String(), Type.Unknown()));

export const InferRequestSchema = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 128 })),
  parameters: Parameters,
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer({ minimum: 0 })),
      datatype: Type.String(),
      parameters: Parameters,
      data: Type.Array(Type.Unknown(), { description: 'numbers in row-major order, flat or nested' }),
    }),
    { minItems: 1 },
  ),
  outputs: Type.Optional(Type.Array(Type.Object({ name: Type.String(), parameters: Parameters }))),
});
export type InferRequest = Static<typeof InferRequestSchema>;

const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer()),
});

export const ModelMetadataSchema = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata),
  outputs: Type.Array(TensorMetadata),
});

export const InferResponseSchema = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer()),
      datatype: Type.String(),
      data: Type.Array(Type.Number()),
    }),
  ),
});

export const RepositoryIndexSchema = Type.Union([
  Type.Null(),
  Type.Object({ ready: Type.Optional(Type.Boolean()) }),
]);

export const ModelPathSchema = Type.Object({
  model: Type.String(),
  version: Type.Optional(Type.String()),
});
export type ModelPath = Static<typeof ModelPathSchema>;
