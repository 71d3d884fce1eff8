import { drawChart } from '../plot/chart.js';
import type { Chart, PlotLine } from '../plot/chart-data.js';
import { type Curve, pointSpread } from './curve.js';

/** The file name of a curve's plot. */
export function plotName(curve: Pick<Curve, 'name'>): string {
  return `perf-${curve.name}.svg`;
}

/** A curve as a picture: a panel for each of its figures, and in each the lines that have it. */
export function plotCurve({ title, grows, figures, lines }: Curve): string {
  const panels = figures.map(({ column, title }) => ({
    title,
    lines: lines.map(({ name, points }): PlotLine => {
      const measured = points.flatMap(point => {
        const spread = pointSpread(point, column);
        return spread === null ? [] : [{ x: point.x, y: spread.median, low: spread.min, high: spread.max }];
      });
      return { name, points: measured };
    }),
  }));
  return drawChart({ title, grows, panels } satisfies Chart);
}
