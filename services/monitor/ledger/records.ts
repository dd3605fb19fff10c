/** One model version's word on one transaction. */
export interface Prediction {
  transactionId: string;
  model: string;
  version: string;
  region: string;
  decision: string;
  score: number;
  /** Business time, epoch ms. */
  madeMs: number;
  channel: string;
  /** Where the features came from: `online`, `default` … */
  source: string;
  degraded: boolean;
  /** What the model got, in the order of its inputs; null where it got no number. */
  values: readonly (number | null)[];
  /** Null when no input says it. */
  amountEur: number | null;
}

/** What the bank learned about a transaction, and when. */
export interface Label {
  transactionId: string;
  isFraud: boolean;
  /** Business time of the transaction, epoch ms. */
  transactionMs: number;
  /** Business time the label became known, epoch ms. */
  maturedMs: number;
}

/** A prediction whose label is known. */
export interface Outcome {
  region: string;
  decision: string;
  score: number;
  isFraud: boolean;
  maturedMs: number;
}

export interface ModelVersionKey {
  model: string;
  version: string;
}
