import type { Channel } from '../../../lib/contract/transaction.ts';
import type { SimulatedTransaction } from '../simulation/purchase.ts';

/** How one channel words a transaction for the gateway. One file in this folder exports one as `default`. */
export interface Source {
  channel: Channel;
  /** The body of `POST /v1/channels/{channel}/score`. */
  message(purchase: SimulatedTransaction): Record<string, unknown>;
}
