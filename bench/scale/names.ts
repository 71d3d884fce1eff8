/** The names of what a curve has many of: one length for all, so that all frames of a load have one too. */
const digits = 6;

export function numbered(prefix: string, index: number): string {
  return prefix + String(index).padStart(digits, '0');
}

/**
 * Patterns as people write them, in turn: everything of a device, a device wherever it stands, devices whose names
 * begin or end alike, one gauge of every device. None of them covers what another one does.
 */
export function patternOf(index: number): string {
  const shapes = [
    `${numbered('/plant/device-', index)}/*`,
    `/**/${numbered('line-', index)}/**`,
    `${numbered('/plant/device-', index)}-*/celsius`,
    `${numbered('/plant/*-', index)}/celsius`,
    `${numbered('/plant/*/gauge-', index)}`,
  ];
  return shapes[index % shapes.length]!;
}

/** Topics `<this>000000` … that `patternOf(0)` covers, and no other pattern does. */
export const coveredPrefix = `${numbered('/plant/device-', 0)}/sensor-`;
