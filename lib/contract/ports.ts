/** Offsets from DRILL_PORT_BASE (default 4000). Bases of parallel platforms lie at least 1,000 apart. */
export const PORT_OFFSETS = {
  gateway: 0,
  'inference-eu': 10,
  'inference-us': 20,
  registry: 30,
  features: 40,
  'feature-consumer': 41,
  monitor: 50,
  pipeline: 60,
  world: 70,
  engine: 100,
  prometheus: 190,
  // Browsers refuse port 4190 (Fetch standard, bad ports); the same Prometheus for them.
  'prometheus-ui': 191,
  alertmanager: 193,
  // In containers only.
  grafana: 195,
  jaeger: 196,
  'redis-online': 379,
  'redis-log': 380,
  'cold-store': 432,
  'fault-proxy': 474,
  // In front of pods: target kubernetes only.
  'service-inference-eu': 510,
  'service-inference-us': 520,
  'proxied-redis-online': 579,
  'proxied-redis-log': 580,
  'proxied-cold-store': 632,
} as const;
export type PortName = keyof typeof PORT_OFFSETS;

export const DEFAULT_PORT_BASE = 4000;

export const portOf = (name: PortName, base = DEFAULT_PORT_BASE): number => base + PORT_OFFSETS[name];
