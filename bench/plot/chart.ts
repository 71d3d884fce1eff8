import type { Chart } from './chart-data.js';
import { element, escapeText } from './element.js';
import { axisTextHeight, type Box, drawPanel } from './panel.js';
import { styleSheet } from './style.js';

const width = 860;
const margin = 22;
const headHeight = 56;
const legendHeight = 22;
const panelHeight = 206;
const gap = 34;
/** Two panels stand side by side, and three as well; four are two rows. */
const columnsMax = 3;

/** The text of a file: a card of its own that follows the light or dark mode of whoever looks at it. */
export function drawChart(chart: Chart): string {
  const { panels } = chart;
  const columns = panels.length === 4 ? 2 : Math.min(columnsMax, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const names = panels[0]?.lines.map(line => line.name) ?? [];
  const top = headHeight + (names.length > 1 ? legendHeight : 0);
  const height = top + rows * (panelHeight + axisTextHeight) + (rows - 1) * gap + margin;
  const boxWidth = (width - 2 * margin - (columns - 1) * gap) / columns;
  const boxes = panels.map((_, index): Box => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const y = top + row * (panelHeight + axisTextHeight + gap);
    return { x: margin + column * (boxWidth + gap), y, width: boxWidth, height: panelHeight };
  });
  const children = [
    element('title', {}, escapeText(chart.title)),
    element('style', {}, styleSheet),
    element('rect', { class: 'card', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 }),
    element('text', { class: 'head', x: margin, y: 32 }, escapeText(chart.title)),
    ...(names.length > 1 ? drawLegend(names) : []),
    ...panels.map((panel, index) => drawPanel(panel, chart.grows, boxes[index]!)),
  ];
  const root = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: 'img' };
  return `${element('svg', root, `\n${children.join('\n')}\n`)}\n`;
}

/** Beside each other under the title; the width of a name is guessed, because nothing here knows the font. */
function drawLegend(names: readonly string[]): string[] {
  const characterWidth = 7.5;
  let x = margin;
  return names.map((name, index) => {
    const at = x;
    x += 34 + name.length * characterWidth;
    return element(
      'g',
      { class: `l${index}` },
      element('path', { class: 'line', d: `M${at} 50h16` }) +
        element('circle', { class: 'dot', cx: at + 8, cy: 50 }) +
        element('text', { class: 'name', x: at + 22, y: 54 }, escapeText(name)),
    );
  });
}
