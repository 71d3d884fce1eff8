import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawChart } from '../../../bench/plot/chart.js';
import type { Chart, PlotLine } from '../../../bench/plot/chart-data.js';

const bytesMax = 10_000;

function line(name: string, values: number[]): PlotLine {
  return { name, points: values.map((y, index) => ({ x: 10 ** index, y, low: y * 0.9, high: y * 1.1 })) };
}

function chart(lines: PlotLine[], panels = 1): Chart {
  const titles = Array.from({ length: panels }, (_, index) => `figure ${index}`);
  return { title: 'Topics & patterns', grows: 'patterns <many>', panels: titles.map(title => ({ title, lines })) };
}

/** The names of elements that are opened and not closed, or closed and not opened. */
function unbalanced(svg: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (empty) continue;
    if (!closing) open.push(name!);
    else if (open.pop() !== name) return [name!];
  }
  return open;
}

const charts = suite('plot: charts');

charts('are whole: every element is closed, and texts are escaped', () => {
  const svg = drawChart(chart([line('one', [1, 2, 3]), line('two', [3, 2, 1])], 4));
  assert.equal(unbalanced(svg), []);
  assert.match(svg, 'Topics &amp; patterns');
  assert.match(svg, 'patterns &lt;many&gt;');
  assert.ok(unbalanced(svg.replace('</g>', '')).length > 0, 'a planted fault is found');
});

charts('have a dot for every point and a panel for every figure', () => {
  const svg = drawChart(chart([line('one', [1, 2, 3])], 2));
  assert.is(svg.match(/<circle class="dot"/g)?.length, 6);
  assert.is(svg.match(/class="sub"/g)?.length, 2);
});

charts('name their lines if there is more than one', () => {
  assert.not.match(drawChart(chart([line('alone', [1, 2])])), '>alone<');
  const svg = drawChart(chart([line('live', [1, 2]), line('absent', [1, 2])]));
  assert.match(svg, '>live<');
  assert.match(svg, '>absent<');
});

charts('write the median above each point of a single line, and of several lines only the last ones', () => {
  const written = (lines: PlotLine[]) =>
    [...drawChart(chart(lines)).matchAll(/class="value mid"[^>]*>([^<]+)</g)].map(match => match[1]);
  assert.equal(written([line('alone', [11, 22, 33])]), ['11', '22', '33']);
  assert.equal(written([line('one', [11, 22, 33]), line('two', [44, 55, 66])]), ['33', '66']);
});

charts('draw more as higher and further right', () => {
  const svg = drawChart(chart([line('alone', [10, 20, 40])]));
  const dots = [...svg.matchAll(/<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"/g)];
  const [x, y] = [dots.map(dot => Number(dot[1])), dots.map(dot => Number(dot[2]))];
  assert.ok(x[0]! < x[1]! && x[1]! < x[2]!);
  assert.ok(y[0]! > y[1]! && y[1]! > y[2]!);
});

charts('are small, keep their text as text, and follow the dark mode', () => {
  const points = Array.from({ length: 7 }, (_, index) => 100_000 + index * 1_234);
  const svg = drawChart(chart([line('live subscribers', points), line('absent subscribers', points)], 4));
  assert.ok(Buffer.byteLength(svg) < bytesMax, `${Buffer.byteLength(svg)} bytes`);
  assert.match(svg, '@media(prefers-color-scheme:dark)');
  assert.not.match(svg, /<(image|script|foreignObject)/);
});

charts.run();
