import type { Machine } from '../machine.js';
import { type Check, isMet, type WorkloadResult } from '../result.js';
import type { Curve } from '../scale/curve.js';
import { plotName } from '../scale/plot.js';
import { curveRows } from '../scale/table.js';
import { formatSpread, workloadRows } from '../table.js';

/** Rows of cells, the first of them the head; numbers stand to the right, except in the first column. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|---|${'---:|'.repeat(head!.length - 1)}`;
  return [line(head!), rule, ...body.map(line)].join('\n');
}

/** The picture of a curve, how it was made, and its figures. `plots` is the way from the page to the pictures. */
export function curveMarkdown(curve: Curve, plots: string): string {
  const picture = `![${curve.title}, by ${curve.grows}](${plots}/${plotName(curve)})`;
  return `${picture}\n\n${curve.load}\n\n${markdownTable(curveRows(curve))}`;
}

/** Every figure that has a target, and whether it is met. */
export function targetsMarkdown(checks: readonly Check[]): string {
  const rows = checks.map(check => {
    const { kind, value, unit } = check.target;
    const bound = `${kind === 'at_least' ? '≥' : '≤'} ${value.toLocaleString('en-US')}${unit === '' ? '' : ` ${unit}`}`;
    return [check.figure, formatSpread(check.value, check.digits), bound, isMet(check) ? 'met' : '**not met**'];
  });
  return markdownTable([['figure', 'measured', 'target', ''], ...rows]);
}

/** The sides of a workload and their quotients. */
export function workloadMarkdown(result: WorkloadResult): string {
  return `**${result.workload}**: ${result.title}\n\n${markdownTable(workloadRows(result))}`;
}

export function machineMarkdown({ node, cpu, cores, loadBefore, storesInMemory }: Machine, rounds: number): string {
  const disk = storesInMemory ? 'Stores were in memory (tmpfs). ' : '';
  return `Node ${node}, ${cores} cores of ${cpu}, load before ${loadBefore.toFixed(1)}. ${disk}Medians of ${rounds} rounds, with the lowest and the highest in brackets.`;
}
