import { catalogue } from '../../../lib/kit/errors.ts';

export const errors = catalogue('KUBERNETES', {
  NO_KUBECTL: {
    status: 500,
    message: (reason: string) =>
      `target kubernetes needs kubectl 1.27 or newer on the PATH (${reason}); https://kubernetes.io/docs/tasks/tools`,
  },
  NO_CLUSTER: {
    status: 500,
    message: (reason: string) =>
      `kubectl reaches no cluster (${reason}); install kind and Docker, and one is made, or choose a context with kubectl config use-context`,
  },
  NO_KIND: {
    status: 500,
    message: (reason: string) =>
      `kubectl reaches no cluster, and kind makes none (${reason}); start Docker, or choose a context with kubectl config use-context`,
  },
  KIND_STAYS: {
    status: 500,
    message: (reason: string) =>
      `kind cannot take its cluster away (${reason}); start Docker and run \`./drill down\` again, or \`kind delete cluster --name firedrill\``,
  },
  TAKEN: {
    status: 409,
    message: (home: string) =>
      `another platform lives in this cluster, that of ${home}; take it down with DRILL_HOME=${home} ./drill down, or use another cluster`,
  },
  OCCUPIED: {
    status: 409,
    message: (namespaces: readonly string[]) =>
      `this cluster has ${namespaces.join(', ')}, and not from \`./drill up\`; delete what is there if nobody needs it, or use another cluster`,
  },
  REFUSED: {
    status: 502,
    message: (what: string, reason: string) => `the cluster refuses ${what}: ${reason}`,
  },
  UNKNOWN_IMAGE: {
    status: 404,
    message: (image: string) => `${image} is no image these nodes have`,
    field: 'image',
  },
  FULL: {
    status: 409,
    message: (workload: string, max: number) => `${workload} has ${max} pods on this machine already`,
    field: 'replicas',
  },
});
