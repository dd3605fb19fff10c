/** The parts of Kubernetes objects that tests look at. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as kinds; the schema tests check them
  spec?: any;
  data?: Record<string, string>;
  value?: number;
  automountServiceAccountToken?: boolean;
}
export type Labels = Record<string, string>;

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: Record<string, unknown>;
  ports?: { name: string; containerPort: number }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  startupProbe?: unknown;
  livenessProbe?: unknown;
  readinessProbe?: unknown;
}

/** What makes pods: a Deployment, StatefulSet, Job or CronJob. */
export interface Workload {
  manifest: Manifest;
  kind: string;
  /** `firedrill-eu/inference` */
  id: string;
  namespace: string;
  name: string;
  labels: Labels;
  /** `spec` of its pods. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  pod: any;
  containers: Container[];
  initContainers: Container[];
}

export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const { kind, spec, metadata } = manifest;
    const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec?.template;
    if (!['Deployment', 'StatefulSet', 'Job', 'CronJob'].includes(kind)) return [];
    const { name, namespace = 'default' } = metadata;
    return [
      {
        ...{ manifest, kind, namespace, name, id: `${namespace}/${name}` },
        labels: template.metadata.labels ?? {},
        pod: template.spec,
        containers: template.spec.containers,
        initContainers: template.spec.initContainers ?? [],
      },
    ];
  });
}

/** Services and stores run until they are ended; jobs end by themselves. */
export const isLasting = ({ kind }: Workload): boolean => kind === 'Deployment' || kind === 'StatefulSet';

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: {
    key: string;
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: string[];
  }[];
}

/** Label selectors as Kubernetes evaluates them; an empty one selects everything. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key in labels;
      if (operator === 'DoesNotExist') return !(key in labels);
      const isIn = values.includes(labels[key] ?? '');
      return operator === 'In' ? isIn : !isIn;
    })
  );
}
