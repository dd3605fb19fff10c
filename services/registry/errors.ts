import { catalogue } from '../../lib/kit/errors.ts';

/** What the registry refuses and why: codes `REG_*`. */
export const errors = catalogue('REG', {
  MODEL_UNKNOWN: {
    status: 404,
    message: (name: string) =>
      `there is no model ${name}; GET /v1/models lists them, and registering a version creates one`,
    field: 'name',
  },
  MODEL_EXISTS: {
    status: 409,
    message: (name: string) => `a model ${name} exists already; choose another name or add a version to it`,
    field: 'name',
  },
  VERSION_UNKNOWN: {
    status: 404,
    message: (name: string, version: string) =>
      `model ${name} has no version ${version}; GET /v1/models/${name}/versions lists them`,
    field: 'version',
  },
  VERSION_WITHOUT_ARTIFACT: {
    status: 409,
    message: (name: string, version: string) =>
      `version ${version} of ${name} came without a manifest and an artifact, so nobody can serve it; register one with POST /v1/models/${name}/versions`,
    field: 'version',
  },
  ALIAS_UNKNOWN: {
    status: 404,
    message: (name: string, alias: string) =>
      `model ${name} has no alias ${alias}; set it with PUT /v1/models/${name}/aliases/${alias}`,
    field: 'alias',
  },
  ALIAS_RESERVED: {
    status: 400,
    message: (alias: string) => `alias ${alias} is reserved; latest and v<number> name versions already`,
    field: 'alias',
  },
  DIGEST_INVALID: {
    status: 400,
    message: (digest: string) =>
      `${digest} is not a digest; use sha256: and 64 hexadecimal digits in lower case`,
    field: 'digest',
  },
  DIGEST_MISMATCH: {
    status: 400,
    message: (expected: string, found: string) =>
      `the bytes received hash to ${found}, not to ${expected}; send them again`,
    field: 'digest',
  },
  ARTIFACT_EMPTY: {
    status: 400,
    message: () => 'the body is empty; send the bytes of the artifact',
    field: 'body',
  },
  ARTIFACT_TOO_LARGE: {
    status: 413,
    message: (limit: number) => `the artifact is larger than ${limit} bytes; raise ARTIFACT_LIMIT_BYTES`,
    field: 'body',
  },
  ARTIFACT_UNKNOWN: {
    status: 404,
    message: (digest: string) => `no artifact ${digest} is stored; upload it with PUT /v1/artifacts`,
    field: 'digest',
  },
  ARTIFACT_NOT_STORED: {
    status: 409,
    message: (digest: string) =>
      `the artifact ${digest} is not stored; upload it with PUT /v1/artifacts before you register or promote it`,
    field: 'manifest.digest',
  },
  ARTIFACT_CORRUPT: {
    status: 500,
    message: (digest: string, found: string) =>
      `the stored bytes of ${digest} now hash to ${found}; restore the file or upload the artifact again`,
    field: 'digest',
  },
  MANIFEST_INCONSISTENT: {
    status: 400,
    message: (field: string, problem: string) => `${field} ${problem}`,
    field: (field: string) => field,
  },
});
