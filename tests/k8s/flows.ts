/**
 * Who opens connections to whom: the data flow, once. NetworkPolicies must allow exactly these edges, and every URL in
 * a manifest must be one of them. Names are `app.kubernetes.io/name`; inference is there once per region.
 */
const SERVICES = [
  'gateway',
  'inference',
  'registry',
  'features',
  'feature-consumer',
  'monitor',
  'pipeline',
  'world',
];

const NEEDS: Record<string, readonly string[]> = {
  world: ['gateway'],
  gateway: ['inference'],
  inference: ['redis-online', 'registry', 'features'],
  features: ['redis-online'],
  'feature-consumer': ['redis-online'],
  monitor: ['registry', 'features'],
  pipeline: ['registry', 'features'],
  prepare: ['pipeline', 'registry'],
  retrain: ['pipeline'],
  prometheus: [...SERVICES, 'alertmanager'],
  grafana: ['prometheus'],
};

/** Port of a pod, by who it is. */
export const PORTS: Record<string, number> = {
  'redis-online': 6379,
  'redis-log': 6379,
  kafka: 9092,
  prometheus: 9090,
  alertmanager: 9093,
};
const portOf = (name: string) => PORTS[name] ?? 8080;

/** @param eventLog what every service writes to: `redis-log` or `kafka` */
export const flows = (eventLog: string): string[] =>
  [...Object.entries(NEEDS), ...SERVICES.map((name) => [name, [eventLog]] as const)]
    .flatMap(([from, to]) => to.map((name) => edge(from, name, portOf(name))))
    .sort();

export const edge = (from: string, to: string, port: number): string => `${from} -> ${to}:${port}`;
