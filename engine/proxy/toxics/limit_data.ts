import Type from 'typebox';
import { defineToxic } from '../toxic.ts';

/** Closes the connection once `bytes` have passed; a change of the limit counts what has passed already. */
export default defineToxic({
  attributes: Type.Object({
    bytes: Type.Integer({ minimum: 0, default: 0, description: 'bytes to let through' }),
  }),
  create: (flow) => ({
    data(chunk) {
      const passed = flow.state.passed ?? 0;
      const part = chunk.subarray(0, Math.max(0, flow.attributes.bytes - passed));
      flow.state.passed = passed + part.length;
      if (part.length > 0) flow.push(part);
      if (flow.state.passed >= flow.attributes.bytes) flow.close();
    },
    end: () => flow.end(),
    release() {},
  }),
});
