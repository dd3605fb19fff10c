/**
 * Order of two positions of one partition: negative when `a` comes first. A position is made of numbers joined by
 * dashes, most significant first: `<ms>-<sequence>` on Redis Streams, an offset on Kafka.
 */
export function comparePositions(a: string, b: string): number {
  const left = a.split('-').map(Number);
  const right = b.split('-').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
