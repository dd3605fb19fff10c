/** Something that is done once everything it depends on is done. */
export interface Step {
  name: string;
  dependsOn: readonly string[];
  run(): Promise<void>;
}

/**
 * Runs every step as early as its dependencies allow, independent ones at the same time. After the first failure
 * nothing new is begun and the failure is thrown at once; who called stops what is still on its way.
 */
export async function runInOrder(steps: readonly Step[]): Promise<void> {
  const known = new Map(steps.map((step) => [step.name, step]));
  const running = new Map<string, Promise<void>>();
  let failed = false;

  const runOnce = (name: string, path: readonly string[]): Promise<void> => {
    if (path.includes(name)) throw new Error(`steps wait for each other: ${[...path, name].join(' → ')}`);
    const step = known.get(name);
    if (!step) throw new Error(`${path.at(-1)} depends on ${name}, which does not exist`);
    const existing = running.get(name);
    if (existing) return existing;
    const before = step.dependsOn.map((other) => runOnce(other, [...path, name]));
    const promise = Promise.all(before).then(() => (failed ? undefined : step.run()));
    running.set(name, promise);
    return promise;
  };

  try {
    await Promise.all(steps.map(({ name }) => runOnce(name, [])));
  } catch (error) {
    failed = true;
    throw error;
  }
}

/** The same steps the other way round: each after everything that depended on it. */
export const reversed = (steps: readonly Step[]): Step[] =>
  steps.map((step) => ({
    ...step,
    dependsOn: steps.filter(({ dependsOn }) => dependsOn.includes(step.name)).map(({ name }) => name),
  }));

/** `names` in an order in which nobody comes before what it depends on, directly or not. */
export function byDependence<T extends { name: string }>(
  all: readonly { name: string; dependsOn: readonly string[] }[],
  some: readonly T[],
): T[] {
  const depthOf = (name: string): number =>
    Math.max(
      0,
      ...(all.find((one) => one.name === name)?.dependsOn ?? []).map((other) => depthOf(other) + 1),
    );
  return [...some].sort((a, b) => depthOf(a.name) - depthOf(b.name));
}
