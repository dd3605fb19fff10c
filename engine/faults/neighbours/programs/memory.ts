import { randomFillSync } from 'node:crypto';
import { beNeighbour } from '../companion.ts';

export interface MemoryOptions {
  megabytes: number;
}

const MIB = 2 ** 20;
const PAGE_BYTES = 4096;
const TOUCH_EVERY_MS = 1_000;

await beNeighbour<MemoryOptions>(({ megabytes }) => {
  // Random, so that neither compressed swap nor page merging makes it smaller than it says.
  const blocks = Array.from({ length: Math.ceil(megabytes) }, () =>
    randomFillSync(Buffer.allocUnsafeSlow(MIB)),
  );
  setInterval(() => {
    for (const block of blocks) for (let at = 0; at < MIB; at += PAGE_BYTES) block[at]! ^= 1;
  }, TOUCH_EVERY_MS);
});
