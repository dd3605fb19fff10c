import Type from 'typebox';
import { defineToxic } from '../toxic.ts';

/**
 * Data vanishes, and after `timeout` without any the connection closes; with 0 it just hangs. Bytes are lost, so
 * removal closes the connection too: its peers could not make sense of the rest.
 */
export default defineToxic({
  attributes: Type.Object({
    timeout: Type.Number({
      minimum: 0,
      default: 0,
      description: 'ms until the connection closes; 0 is never',
    }),
  }),
  create(flow) {
    const { timeout } = flow.attributes;
    const timer = timeout > 0 ? setTimeout(() => flow.close(), timeout) : undefined;
    return {
      data: () => timer?.refresh(),
      end: () => flow.end(),
      release: () => clearTimeout(timer),
      removed: () => flow.close(),
    };
  },
});
