/**
 * What holds on a healthy bank at any load it is built for. The limits are the alerts' own where there is one
 * (infra/prometheus/rules/traffic.yml), the rest says that the run itself is worth something.
 */
export const HEALTHY = {
  'http_req_failed{kind:score}': ['rate<0.01'],
  'http_req_duration{kind:score}': ['p(95)<100', 'p(99)<250'],
  // Per region, so that one region's trouble cannot hide in the other's numbers.
  'score_duration{region:eu}': ['p(99)<250'],
  'score_duration{region:us}': ['p(99)<250'],
  degraded: ['rate<0.01'],
  refused: ['rate<0.01'],
  checks: ['rate>0.99'],
  // The generator itself kept up: a run that could not send what was due measured something else.
  dropped_iterations: ['rate<1'],
};
