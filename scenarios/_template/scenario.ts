import { defineScenario } from '../../engine/contract/scenario.ts';

/**
 * The scenario to copy. It is complete and valid: nothing happens in it, somebody rings all the same, and saying so
 * is the right answer. `./drill validate _template` plays it. What every field may hold stands, with a description,
 * in engine/contract/scenario.ts; docs/writing-a-scenario.md goes through them one by one.
 */
export default defineScenario({
  // The folder's name. A leading underscore keeps a folder out of `./drill list`; yours has none.
  id: '_template',
  // How a candidate calls it: any number nobody else has.
  number: 9999,
  // What somebody notices, never why.
  title: 'Somebody rings and says that payments feel slow today',
  level: 'junior',
  // Wall minutes from the page until the drill ends by itself.
  minutes: 10,
  // `latency` in here gives it the machine for itself in `./drill validate`.
  tags: ['template'],
  // Questions of the seed documents that this incident lets somebody practise, 003-59.
  covers: [],
  targets: {
    local: 'supported',
    compose: { skipped: 'it has not been through the gate there yet' },
    kubernetes: { skipped: 'it has not been through the gate there yet' },
  },

  // Must hold before anything is done to the bank; otherwise the drill refuses to start and says which does not.
  // A check is a probe (a file in engine/probes), its arguments, one bound, and what it means for a person.
  steadyState: [
    { probe: 'workloads-ready', atLeast: 1, means: 'every part of the platform is ready' },
    { probe: 'world', with: { measure: 'requests_per_second' }, atLeast: 20, means: 'customers are paying' },
    { probe: 'world', with: { measure: 'answered_ratio' }, atLeast: 0.99, means: 'customers get answers' },
  ],

  variants: {
    base: {
      // One of `causes` below. A candidate gets it right by naming its component and its id.
      cause: 'nothing-wrong',
      // A false alarm. Leave it out, and say `doNothing: 'fail'`, when something really breaks.
      noFault: true,
      doNothing: 'pass',
      // What goes wrong, in this order: a fault (a file in engine/faults) and its arguments, for example
      //   { fault: 'release', with: { workload: 'gateway', actor: 'release-train', reason: 'CHG-1',
      //     settings: { 'upstream.timeout_ms': 20 } } }
      // What a fault leaves visible (a release's reason, an actor) must not give the cause away.
      disruptions: [],
      // Harmless things that happen at the same time and look guilty: the same shape.
      decoys: [],
    },
  },

  // What can be seen from outside, each within so many wall seconds of the injection. The first one is the page: a real
  // alert, { probe: 'alert', with: { name: 'ScoreLatencyHigh' }, atLeast: 1, … }. Nothing is wrong here, so that there
  // is no alert to wait for: somebody rings as soon as customers pay. `waitsForLabels: true` belongs to a symptom that
  // is known only once labels have come, hours later.
  symptoms: [
    {
      probe: 'world',
      with: { measure: 'requests_per_second' },
      atLeast: 1,
      withinSeconds: 30,
      means: 'A CALL from the branch: payments feel slow today',
    },
  ],

  // What can be named at `./drill submit`, for all variants together; most of them plausible and wrong.
  causes: [
    {
      id: 'nothing-wrong',
      component: 'upstream',
      category: 'no-fault',
      mechanism: 'the bank answers as always; what was felt happened elsewhere',
    },
    {
      id: 'inference-overloaded',
      component: 'inference',
      category: 'capacity',
      mechanism: 'more requests than the regions can score, so that they queue',
    },
    {
      id: 'online-store-slow',
      component: 'redis-online',
      category: 'network',
      mechanism: 'features come late, and every decision waits for them',
    },
  ],

  // The cure has worked when all of this has held without a break for so long, with so many of the world's own requests
  // meanwhile. One check at least must be an oracle: recomputed, replayed or counted by the world, not taken from a
  // metric that the product reports about itself.
  recovery: {
    holdSeconds: 10,
    minimumRequests: 200,
    checks: [
      { probe: 'world', with: { measure: 'answered_ratio' }, atLeast: 0.99, means: 'customers get answers' },
    ],
  },

  // What no cure may change (files in engine/invariants); `world` is always among them.
  invariants: ['alert-rules', 'silences', 'workloads', 'world'],

  // What it costs to do harm: matched against the audit trail (action, object) or a broken invariant.
  redFlags: [
    {
      id: 'restarted',
      action: '^restart$',
      cost: 20,
      sentence: 'a healthy bank was restarted',
    },
    {
      id: 'customers-stopped',
      invariant: 'world',
      cost: 20,
      sentence: "the bank's customers were turned away",
    },
  ],

  // One step further each, never the answer.
  hints: [{ text: 'What do the customers themselves get? Ask before you change anything.', cost: 5 }],

  // What an interviewer asks next, and what a strong answer contains.
  questions: [
    {
      ask: 'How sure can you be that nothing is wrong?',
      strong:
        'As sure as what was looked at: rate, errors and latency as customers see them, against their objectives, for the time in question; and what was not looked at is said.',
    },
  ],
});
