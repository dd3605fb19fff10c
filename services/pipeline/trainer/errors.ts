import { catalogue } from '../../../lib/kit/errors.ts';

/** What can be wrong with a training request: codes `TRN_*`, each naming the column or option that is wrong. */
export const errors = catalogue('TRN', {
  DATASET_EMPTY: {
    status: 422,
    message: (field: string) => `${field} is empty; widen the range the data set is built from`,
    field: (field: string) => field,
  },
  DATASET_SHAPE: {
    status: 422,
    message: (field: string, has: number, expected: number) =>
      `${field} has ${has} entries where ${expected} are expected; give one per row or column`,
    field: (field: string) => field,
  },
  DATASET_VALUE: {
    status: 422,
    message: (field: string, row: number, value: number, expected: string) =>
      `${field} is ${value} in row ${row}; ${expected}`,
    field: (field: string) => field,
  },
  DATASET_FEATURES: {
    status: 422,
    message: (name: string, problem: string) =>
      `feature ${name} ${problem}; give both sets the same features, once each`,
    field: (name: string) => name,
  },
  ONE_CLASS: {
    status: 422,
    message: () =>
      'labels hold a single class; learning needs both, so wait for more labels or widen the range',
    field: 'labels',
  },
  OPTION: {
    status: 422,
    message: (option: string, value: unknown, expected: string) => `${option} is ${value}; use ${expected}`,
    field: (option: string) => option,
  },
  SINGULAR: {
    status: 422,
    message: () => 'features are collinear without a penalty; set l2 above 0',
    field: 'l2',
  },
});
