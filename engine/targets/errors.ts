import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('TARGET', {
  UNKNOWN_WORKLOAD: {
    status: 404,
    message: (name: string, known: readonly string[]) =>
      `there is no workload ${name}; there are: ${known.join(', ')}`,
    field: 'workload',
  },
  UNKNOWN_REPLICA: {
    status: 404,
    message: (name: string, index: number, running: number) =>
      `${name} has no replica ${index}; it has ${running}, counted from 0`,
    field: 'replica',
  },
  UNKNOWN_REVISION: {
    status: 404,
    message: (name: string, revision: number, known: readonly number[]) =>
      `${name} has no revision ${revision}; it has: ${known.join(', ')}`,
    field: 'revision',
  },
  NOTHING_TO_UNDO: {
    status: 409,
    message: (name: string) => `${name} has only one revision; there is none to go back to`,
    field: 'revision',
  },
  NO_REVISIONS: {
    status: 409,
    message: (name: string) =>
      `${name} is a third party's process and takes no revisions; configure it with its own tools`,
    field: 'workload',
  },
  REPLICAS_OUT_OF_RANGE: {
    status: 400,
    message: (name: string, max: number) => `${name} can run 0 to ${max} replicas`,
    field: 'replicas',
  },
  NOT_READY: {
    status: 504,
    message: (name: string, seconds: number, reasons: string) =>
      `${name} was not ready within ${seconds} s: ${reasons}; ./drill logs ${name} shows more`,
    field: 'workload',
  },
  CRASHED: {
    status: 502,
    message: (name: string, line: string) => `${name} does not start: ${line}`,
    field: 'workload',
  },
  SETTINGS_REFUSED: {
    status: 400,
    message: (name: string, reason: string) => `${name} refused: ${reason}`,
    field: 'settings',
  },
  OVERLAY_MISSING: {
    status: 400,
    message: (folder: string) => `there is no folder ${folder}; an overlay is an absolute path`,
    field: 'overlay',
  },
  OVERLAY_EMPTY: {
    status: 400,
    message: (folder: string) => `${folder} holds no files; lay them out as the repository does`,
    field: 'overlay',
  },
  OVERLAY_NOT_SOURCE: {
    status: 400,
    message: (path: string) =>
      `${path} is nothing services run on; an overlay holds plain files below services/ or lib/ that are no tests, and package.json`,
    field: 'overlay',
  },
  OVERLAY_UNKNOWN_FILE: {
    status: 400,
    message: (path: string) =>
      `${path} is not in the repository, so nothing would import it; correct the path, or name it in overlayAdds`,
    field: 'overlay',
  },
  OVERLAY_NOT_NEW: {
    status: 400,
    message: (path: string) =>
      `${path} is named as new, but it is in the repository already or not in the overlay; leave it out`,
    field: 'overlayAdds',
  },
  RELEASE_GONE: {
    status: 409,
    message: (code: string) =>
      `the source of release ${code} is no longer there; go back to a revision whose code is built in`,
    field: 'revision',
  },
  NO_DIFF: {
    status: 501,
    message: () => 'this machine has no diff, which comparing source needs; install diffutils and ask again',
  },
  NOT_ANSWERING: {
    status: 504,
    message: (name: string) =>
      `${name} runs and does not answer; it may be too busy with itself: look at its processor time and ./drill logs ${name}, and ask again`,
    field: 'workload',
  },
  NOT_RUNNING: {
    status: 409,
    message: (name: string) => `${name} has no running replica; ./drill ps shows why`,
    field: 'workload',
  },
});
