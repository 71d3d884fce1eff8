import { type Axis, costAxis, sizeAxis } from './axis.js';
import type { Panel, PlotLine, PlotPoint } from './chart-data.js';
import { coordinate, element, escapeText } from './element.js';
import { shortNumber } from './number.js';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The numbers and the title below the plot. */
export const axisTextHeight = 40;
const numbersWidth = 44;
const titleHeight = 26;
/** So that the outer dots and the values above them stay within. */
const padding = 22;

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(value: number): number;
  y(value: number): number;
}

/** One figure of a chart: its title, its axes, and its lines with what lay between the rounds. */
export function drawPanel(panel: Panel, grows: string, box: Box): string {
  const points = panel.lines.flatMap(line => line.points);
  const sizes = sizeAxis(points.map(point => point.x));
  const costs = costAxis(points.flatMap(point => [point.low, point.high, point.y]));
  const frame = frameOf(box, sizes, costs);
  return element(
    'g',
    {},
    [
      element('text', { class: 'sub', x: box.x, y: box.y + 12 }, escapeText(panel.title)),
      ...drawCosts(costs.ticks, frame),
      ...sizes.ticks.map(tick => drawSize(tick, frame)),
      element('text', { class: 'mid', x: (frame.left + frame.right) / 2, y: frame.bottom + 36 }, escapeText(grows)),
      ...panel.lines.map((line, index) => drawLine(line, index, panel.lines, frame)),
    ].join(''),
  );
}

function frameOf(box: Box, sizes: Axis, costs: Axis): Frame {
  const [left, right] = [box.x + numbersWidth, box.x + box.width];
  const [top, bottom] = [box.y + titleHeight, box.y + box.height];
  return {
    left,
    right,
    top,
    bottom,
    x: value => left + padding + sizes.at(value) * (right - left - 2 * padding),
    y: value => bottom - costs.at(value) * (bottom - top - padding),
  };
}

/** The numbers of the costs, and one path for all the lines that they stand at. */
function drawCosts(ticks: readonly number[], { left, right, bottom, y }: Frame): string[] {
  const rule = (at: number) => `M${coordinate(left)} ${coordinate(at)}H${coordinate(right)}`;
  return [
    element('path', {
      class: 'grid',
      d: ticks
        .slice(1)
        .map(tick => rule(y(tick)))
        .join(''),
    }),
    element('path', { class: 'base', d: rule(bottom) }),
    ...ticks.map(tick => element('text', { class: 'end', x: left - 8, y: y(tick) + 4 }, shortNumber(tick))),
  ];
}

function drawSize(tick: number, { bottom, x }: Frame): string {
  return element('text', { class: 'mid', x: x(tick), y: bottom + 18 }, shortNumber(tick));
}

function drawLine(line: PlotLine, index: number, lines: readonly PlotLine[], { x, y }: Frame): string {
  const place = (value: number, cost: number) => `${coordinate(x(value))} ${coordinate(y(cost))}`;
  const highs = line.points.map(point => place(point.x, point.high));
  const lows = line.points.map(point => place(point.x, point.low)).reverse();
  const middles = line.points.map(point => place(point.x, point.y));
  const parts = [
    element('path', { class: 'band', d: `M${[...highs, ...lows].join('L')}Z` }),
    element('path', { class: 'line', d: `M${middles.join('L')}` }),
    ...line.points.map(point => element('circle', { class: 'dot', cx: x(point.x), cy: y(point.y) })),
    ...valuesOf(line, lines).map(({ point, isAbove }) => {
      const at = isAbove ? y(point.high) - 8 : y(point.low) + 17;
      return element('text', { class: 'value mid', x: x(point.x), y: at }, shortNumber(point.y));
    }),
  ];
  return element('g', { class: `l${index}` }, parts.join(''));
}

/** A single line has its values above it; of several, each has its last one, where no other line is. */
function valuesOf(line: PlotLine, lines: readonly PlotLine[]): { point: PlotPoint; isAbove: boolean }[] {
  if (lines.length === 1) return line.points.map(point => ({ point, isAbove: true }));
  const last = line.points.at(-1);
  if (last === undefined) return [];
  const highest = Math.max(...lines.map(({ points }) => points.at(-1)?.y ?? 0));
  return [{ point: last, isAbove: last.y === highest }];
}
