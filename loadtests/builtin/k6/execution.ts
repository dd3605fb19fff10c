import { iteration } from '../current.ts';

export default {
  get scenario() {
    return iteration.getStore();
  },
};
