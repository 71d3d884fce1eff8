const units = [
  { value: 1e9, sign: 'G' },
  { value: 1e6, sign: 'M' },
  { value: 1e3, sign: 'k' },
] as const;

/** A number as short as an axis needs it: 0, 0.25, 15, 1.5 k, 120 k, 5 M. */
export function shortNumber(value: number): string {
  const unit = units.find(({ value: least }) => Math.abs(value) >= least);
  // A narrow space that no line breaks at.
  if (unit !== undefined) return `${significant(value / unit.value)}\u202f${unit.sign}`;
  return significant(value);
}

/** Three digits, or as many as stand before the point, without zeros at the end. */
function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
