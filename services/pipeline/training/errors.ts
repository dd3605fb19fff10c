import { catalogue } from '../../../lib/kit/errors.ts';

/** Why a training run ends without what was asked for: codes `TRAIN_*`. */
export const errors = catalogue('TRAIN', {
  PEER: {
    status: 502,
    message: (what: string, problem: string) => `${what} failed: ${problem}`,
  },
  TOO_FEW_ROWS: {
    status: 422,
    message: (part: string, rows: number, least: number) =>
      `the ${part} part has ${rows} rows with matured labels and needs ${least}; widen from and to, or wait for labels`,
    field: 'from',
  },
  COLUMN_MISSING: {
    status: 502,
    message: (column: string) =>
      `the training set has no column ${column}; the feature service and the view disagree`,
    field: (column: string) => column,
  },
  EXPORT_DIFFERS: {
    status: 500,
    message: (worst: number, allowed: number) =>
      `the exported model's scores differ from the trainer's by up to ${worst}, more than ${allowed}; nothing was registered`,
  },
  NOT_PROMOTED: {
    status: 409,
    message: (version: string, reasons: string) =>
      `version ${version} is registered but not promoted: ${reasons}; set override to promote it all the same`,
    field: 'promote',
  },
});
