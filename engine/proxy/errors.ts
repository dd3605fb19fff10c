import { catalogue } from '../../lib/kit/errors.ts';

/** Sentences and statuses are Toxiproxy's own, so that its clients understand them; a colon leads to our remedy. */
export const errors = catalogue('PROXY', {
  BAD_BODY: { status: 400, message: (reason: string) => `bad request body: ${reason}` },
  MISSING_FIELD: {
    status: 400,
    message: (field: string) => `missing required field: ${field}`,
    field: (field: string) => field,
  },
  BAD_ADDRESS: {
    status: 400,
    message: (field: string, value: string) =>
      `bad request body: ${field} must be "host:port", for example "127.0.0.1:6379", got "${value}"`,
    field: (field: string) => field,
  },
  BAD_STREAM: {
    status: 400,
    message: () => 'stream was invalid, can be either upstream or downstream',
    field: 'stream',
  },
  BAD_TOXIC_TYPE: {
    status: 400,
    message: (type: string, known: readonly string[]) =>
      `invalid toxic type: "${type}" is not one of ${known.join(', ')}`,
    field: 'type',
  },
  UNAUTHORIZED: {
    status: 401,
    message: () => 'unauthorized: send the header "Authorization: Bearer <token>" with the proxy\'s token',
    field: 'authorization',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    message: (method: string, path: string) => `no route for ${method} ${path}`,
  },
  PROXY_NOT_FOUND: { status: 404, message: () => 'proxy not found', field: 'proxy' },
  TOXIC_NOT_FOUND: { status: 404, message: () => 'toxic not found', field: 'toxic' },
  PROXY_EXISTS: { status: 409, message: () => 'proxy already exists', field: 'name' },
  TOXIC_EXISTS: { status: 409, message: () => 'toxic already exists', field: 'name' },
  LISTEN_FAILED: {
    status: 500,
    message: (address: string, reason: string) =>
      `listen tcp ${address}: ${reason}; free the port or choose another`,
    field: 'listen',
  },
  UNREACHABLE: {
    status: 502,
    message: (url: string, reason: string) =>
      `the fault proxy at ${url} does not answer (${reason}); is it running?`,
  },
  BAD_TOXIC_FILE: {
    status: 500,
    message: (file: string) =>
      `${file} is not a toxic: it must \`export default defineToxic({ attributes, create })\``,
  },
});
