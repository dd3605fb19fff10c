/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's decomposition A = L L' (Golub and Van
 * Loan 2013, section 4.2).
 *
 * @param matrix size * size values by rows; the lower triangle is read and overwritten by L.
 * @returns x, or undefined when A is not positive definite in working precision.
 */
export function solvePositiveDefinite(matrix: Float64Array, b: Float64Array): Float64Array | undefined {
  const size = b.length;
  const at = (row: number, column: number): number => matrix[row * size + column]!;
  const scale = Math.max(...b.keys().map((j) => at(j, j)));
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      if (i > j) matrix[i * size + j] = sum / at(j, j);
      else if (sum > scale * size * Number.EPSILON) matrix[j * size + j] = Math.sqrt(sum);
      else return undefined;
    }
  }

  const x = b.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= at(i, k) * x[k]!;
    x[i]! /= at(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= at(k, i) * x[k]!;
    x[i]! /= at(i, i);
  }
  return x;
}
