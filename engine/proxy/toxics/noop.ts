import Type from 'typebox';
import { defineToxic } from '../toxic.ts';

/** Passes everything on untouched: the place to start from when adding a toxic. */
export default defineToxic({
  attributes: Type.Object({}),
  create: (flow) => ({
    data: (chunk) => flow.push(chunk),
    end: () => flow.end(),
    release() {},
  }),
});
