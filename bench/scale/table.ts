import { formatNumber, formatSpread, formatTable } from '../table.js';
import { type Curve, type CurveFigure, type CurveLine, type CurvePoint, pointRatio, pointSpread } from './curve.js';

/** A row for each point; each figure with its range and, behind ×, what it is of that of the smallest point. */
export function curveRows({ grows, figures, lines }: Curve): string[][] {
  const several = lines.length > 1;
  const head = [...(several ? [''] : []), grows, ...figures.map(({ title }) => title)];
  const rows = lines.flatMap(line =>
    line.points.map(point => {
      const cells = figures.map(figure => figureCell(line, point, figure));
      return [...(several ? [line.name] : []), formatNumber(point.x, 0), ...cells];
    }),
  );
  return [head, ...rows];
}

export function formatCurve(curve: Curve): string {
  return `${curve.name}: ${curve.title}\n${formatTable(curveRows(curve))}`;
}

function figureCell(line: CurveLine, point: CurvePoint, { column, digits }: CurveFigure): string {
  const spread = pointSpread(point, column);
  if (spread === null) return '–';
  const ratio = point === line.points[0] ? null : pointRatio(line, point, column);
  return formatSpread(spread, digits) + (ratio === null ? '' : ` ×${formatNumber(ratio.median, 2)}`);
}
