import { type Check, type Column, columnRatio, columnSpread, columns, isMet, type WorkloadResult } from './result.js';
import type { Spread } from './statistics.js';

const gap = '  ';
/** Columns that tell how the measuring went, and not how the sides compare. */
const circumstances = new Set<Column>(['sent_late_p99_ms', 'load_cpu_percent', 'others_cpu_percent']);

/** A number with a comma between the thousands and a fixed number of digits after the point. */
export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The median, and where there was more than one value, the outer ones in brackets. */
export function formatSpread({ median, min, max }: Spread, digits: number): string {
  const middle = formatNumber(median, digits);
  return min === max ? middle : `${middle} (${formatNumber(min, digits)}–${formatNumber(max, digits)})`;
}

/** Rows of cells as lines of text: the first column to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!))).join(gap);
  return rows.map(row => line(row).trimEnd()).join('\n');
}

/** What a workload measured, side by side, and the quotients of its sides; the first row is the head. */
export function workloadRows(result: WorkloadResult): string[][] {
  const shown = (Object.keys(columns) as Column[]).filter(column =>
    result.sides.some(side => columnSpread(side, column) !== null),
  );
  const rows = [['', ...shown.map(column => columns[column].title)]];
  for (const side of result.sides) {
    const cells = shown.map(column => {
      const spread = columnSpread(side, column);
      return spread === null ? '–' : formatSpread(spread, columns[column].digits);
    });
    rows.push([side.name, ...cells]);
  }
  const [first, ...others] = result.sides;
  for (const other of others) {
    const ratios = shown.map(column => {
      const ratio = circumstances.has(column) ? null : columnRatio([first!, other], column);
      return ratio === null ? '–' : formatSpread(ratio, 2);
    });
    rows.push([`÷ ${other.name}`, ...ratios]);
  }
  return rows;
}

export function formatWorkload(result: WorkloadResult): string {
  return `${result.workload}: ${result.title}\n${formatTable(workloadRows(result))}`;
}

/** All figures that have a target, with ✓ or ✗. */
export function formatChecks(checks: readonly Check[]): string {
  const rows = checks.map(check => {
    const { kind, value, unit } = check.target;
    const bound = `${kind === 'at_least' ? '≥' : '≤'} ${value.toLocaleString('en-US')}${unit === '' ? '' : ` ${unit}`}`;
    return [check.figure, formatSpread(check.value, check.digits), bound, isMet(check) ? '✓' : '✗'];
  });
  return formatTable([['figure', 'measured', 'target', ''], ...rows]);
}
