// A control plane for whoever wants one: says where its kubeconfig lies, and stays until it is ended.
//   node tests/support/cluster/main.ts
import { once } from 'node:events';
import { startControlPlane } from './control-plane.ts';

// Heard from the beginning: whoever ends it while it starts would leave its programs behind.
const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
const cluster = await startControlPlane();
process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
await ended;
await cluster.stop();
