/**
 * Whose turn it is among equal replicas.
 *
 *   request      every request takes the next turn
 *   connection   a connection takes one with its first request and keeps it, as behind a balancer of layer 4: its
 *                replica has the rows of its customers at hand, and callers with few connections know few replicas
 */
export class Turns {
  readonly #by: () => 'request' | 'connection';
  readonly #kept = new WeakMap<object, number>();
  #next = 0;

  /** @param by read for every request */
  constructor(by: () => 'request' | 'connection') {
    this.#by = by;
  }

  /** @param connection of the caller; without one every request takes the next turn */
  of(connection: object | undefined): number {
    if (this.#by() === 'request' || !connection) return this.#next++;
    let turn = this.#kept.get(connection);
    if (turn === undefined) {
      turn = this.#next++;
      this.#kept.set(connection, turn);
    }
    return turn;
  }
}
