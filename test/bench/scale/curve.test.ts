import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Curve, type CurveLine, pointRatio, pointSpread } from '../../../bench/scale/curve.js';
import { plotCurve, plotName } from '../../../bench/scale/plot.js';
import { curveRows, formatCurve } from '../../../bench/scale/table.js';

const line: CurveLine = {
  name: 'publish',
  points: [
    { x: 0, rounds: [{ per_second: 100 }, { per_second: 200 }, { per_second: 400 }] },
    { x: 1_000, rounds: [{ per_second: 50, cpu_us: 3 }, { per_second: 200 }, { per_second: 100 }] },
  ],
};

function curveOf(lines: CurveLine[]): Curve {
  const figures = [{ column: 'per_second', title: 'publishes per second', digits: 0 } as const];
  return { name: 'away', title: 'Away', grows: 'absent', load: 'A load.', figures, lines };
}

const curve = suite('scale: curves');

curve('tell the middle and the outer rounds of a point, or nothing where nothing was measured', () => {
  assert.equal(pointSpread(line.points[0]!, 'per_second'), { median: 200, min: 100, max: 400 });
  assert.is(pointSpread(line.points[0]!, 'cpu_us'), null);
});

curve('compare a point with the smallest one round by round', () => {
  assert.equal(pointRatio(line, line.points[1]!, 'per_second'), { median: 0.5, min: 0.25, max: 1 });
  assert.is(pointRatio(line, line.points[1]!, 'cpu_us'), null);
});

curve('are tables with a row for each point, with × what it is of the smallest', () => {
  assert.equal(curveRows(curveOf([line])), [
    ['absent', 'publishes per second'],
    ['0', '200 (100–400)'],
    ['1,000', '100 (50–200) ×0.50'],
  ]);
  assert.match(formatCurve(curveOf([line])), /^away: Away\nabsent +publishes per second\n0 +200 \(100–400\)$/m);
});

curve('name the line of each row if there is more than one', () => {
  const rows = curveRows(curveOf([line, { ...line, name: 'drain' }]));
  assert.equal(
    rows.map(([name]) => name),
    ['', 'publish', 'publish', 'drain', 'drain'],
  );
});

curve('are drawn with a point for each that was measured', () => {
  const svg = plotCurve(curveOf([line]));
  assert.is(svg.match(/<circle/g)?.length, 2);
  assert.match(svg, 'publishes per second');
  assert.is(plotName({ name: 'away' }), 'perf-away.svg');
});

curve.run();
