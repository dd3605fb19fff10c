import { catalogue } from '../kit/errors.ts';

export const errors = catalogue('FEATURES', {
  VIEW_INVALID: {
    status: 500,
    message: (file: string, field: string, problem: string) =>
      `${file}: ${field} ${problem}; correct the definition`,
    field: (_file: string, field: string) => field,
  },
  ROW_UNREADABLE: {
    status: 500,
    message: (entity: string, cadence: string) =>
      `the ${cadence} row of a ${entity} is not the JSON its view describes; delete the key and let it be filled again`,
  },
});
