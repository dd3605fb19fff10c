/** The logistic function, without overflow for any log-odds. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Writes the derivatives of the binary log loss by the log-odds, weighted: p - y and p (1 - p)
 * (Friedman 2001, section 4.5; second order as in Chen & Guestrin 2016), for `rows[0..count)` only: the
 * other rows of a tree's sample are never asked for. The other arrays have n entries.
 */
export function fillDerivatives(
  scores: Float64Array,
  labels: Uint8Array,
  weights: Float32Array | undefined,
  rows: Int32Array,
  count: number,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    const p = sigmoid(scores[row]!);
    const weight = weights === undefined ? 1 : weights[row]!;
    gradients[row] = weight * (p - labels[row]!);
    hessians[row] = weight * p * (1 - p);
  }
}

/**
 * Mean weighted log loss of log-odds, in nats: log(1 + e^-s) for positives, log(1 + e^s) for the others,
 * written so that large scores neither overflow nor become log(0).
 */
export function meanLogLoss(scores: Float64Array, labels: Uint8Array, weights?: Float32Array): number {
  let loss = 0;
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    const against = labels[i] === 1 ? -scores[i]! : scores[i]!;
    loss += weight * (Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against))));
    total += weight;
  }
  return loss / total;
}
