/** Things to come, earliest first: a binary heap (Williams 1964). Ties come out in the order they went in. */
export class Schedule<T extends { timeMs: number }> {
  readonly #heap: { item: T; order: number }[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    const heap = this.#heap;
    heap.push({ item, order: this.#order++ });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#earlier(child, parent)) break;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  /** Takes everything due up to and including `timeMs`, in order. */
  *due(timeMs: number): Generator<T> {
    while (this.#heap.length > 0 && this.#heap[0]!.item.timeMs <= timeMs) yield this.#take();
  }

  #take(): T {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      let parent = 0;
      for (;;) {
        let least = parent;
        for (const child of [2 * parent + 1, 2 * parent + 2]) {
          if (child < heap.length && this.#earlier(child, least)) least = child;
        }
        if (least === parent) break;
        [heap[least], heap[parent]] = [heap[parent]!, heap[least]!];
        parent = least;
      }
    }
    return first!.item;
  }

  #earlier(a: number, b: number): boolean {
    const left = this.#heap[a]!;
    const right = this.#heap[b]!;
    return (
      left.item.timeMs < right.item.timeMs ||
      (left.item.timeMs === right.item.timeMs && left.order < right.order)
    );
  }
}
