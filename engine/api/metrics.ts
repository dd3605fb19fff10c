import type { EngineRoutes } from '../app.ts';

/** What the supervisor sees of its processes, for Prometheus. */
const routes: EngineRoutes = (_app, { metrics, target }) => {
  metrics.gauge('firedrill_workload_replicas', async (gauge) => {
    gauge.reset();
    for (const { name, replicas, desired } of await target.list()) {
      gauge.set({ workload: name, state: 'desired' }, desired);
      gauge.set({ workload: name, state: 'ready' }, replicas.filter(({ state }) => state === 'ready').length);
    }
  });
  metrics.gauge('firedrill_workload_restarts', async (gauge) => {
    for (const { name, replicas } of await target.list()) {
      gauge.set(
        { workload: name },
        replicas.reduce((sum, { restarts }) => sum + restarts, 0),
      );
    }
  });
  metrics.gauge('firedrill_workload_resident_bytes', async (gauge) => {
    for (const { name, replicas } of await target.list()) {
      gauge.set(
        { workload: name },
        replicas.reduce((sum, one) => sum + (one.residentBytes ?? 0), 0),
      );
    }
  });
};
export default routes;
