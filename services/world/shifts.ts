import { Ajv } from 'ajv';
import type { TObject } from 'typebox';
import { errors } from './errors.ts';
import type { ShiftContext, ShiftEffect } from './simulation/shift.ts';
import type { Simulation } from './simulation/simulation.ts';

/** Something that changes in the world itself. One file in `shifts/` exports one as `default`. */
export interface Shift<P extends Record<string, unknown> = Record<string, unknown>> {
  description: string;
  /** Parameters, each with a default. */
  parameters: TObject;
  /** What it does from now on. */
  effect(parameters: P, context: ShiftContext): ShiftEffect;
}

/** Gives a shift's parameters the type of their schema. */
export const defineShift = <P extends Record<string, unknown>>(shift: Shift<P>): Shift =>
  shift as unknown as Shift;

export interface ActiveShift {
  name: string;
  parameters: Record<string, unknown>;
  /** Business time, RFC 3339. */
  since: string;
}

/** The shifts there are and those that are on. */
export class Shifts {
  readonly #known: ReadonlyMap<string, Shift>;
  readonly #simulation: Simulation;
  readonly #population: ShiftContext['population'];
  readonly #on = new Map<string, { active: ActiveShift; effect: ShiftEffect }>();
  readonly #ajv = new Ajv({ useDefaults: true, strict: false });

  constructor(
    known: ReadonlyMap<string, Shift>,
    simulation: Simulation,
    population: ShiftContext['population'],
  ) {
    this.#known = known;
    this.#simulation = simulation;
    this.#population = population;
  }

  get active(): ActiveShift[] {
    return [...this.#on.values()].map(({ active }) => active);
  }

  get available() {
    return [...this.#known].map(([name, { description, parameters }]) => ({ name, description, parameters }));
  }

  /** @throws AppError WORLD_SHIFT_UNKNOWN, WORLD_SHIFT_INVALID, WORLD_SHIFT_ON */
  start(name: string, given: Record<string, unknown>, nowMs: number): ActiveShift {
    const shift = this.#find(name);
    if (this.#on.has(name)) throw errors.SHIFT_ON(name);
    const parameters = structuredClone(given);
    const validate = this.#ajv.compile({ ...shift.parameters, additionalProperties: false });
    if (!validate(parameters)) {
      const [problem] = validate.errors ?? [];
      const field = problem?.params.additionalProperty ?? problem?.instancePath.slice(1);
      throw errors.SHIFT_INVALID(name, `parameters.${field}`, problem?.message ?? 'is invalid');
    }
    const effect = shift.effect(parameters, { population: this.#population, sinceMs: nowMs });
    const active = { name, parameters, since: new Date(nowMs).toISOString() };
    this.#on.set(name, { active, effect });
    this.#simulation.effects.add(effect);
    return active;
  }

  /** @throws AppError WORLD_SHIFT_UNKNOWN, WORLD_SHIFT_OFF */
  stop(name: string): ActiveShift {
    this.#find(name);
    const entry = this.#on.get(name);
    if (!entry) throw errors.SHIFT_OFF(name);
    this.#on.delete(name);
    this.#simulation.effects.delete(entry.effect);
    return entry.active;
  }

  #find(name: string): Shift {
    const shift = this.#known.get(name);
    if (!shift) throw errors.SHIFT_UNKNOWN(name, [...this.#known.keys()].join(', '));
    return shift;
  }
}
