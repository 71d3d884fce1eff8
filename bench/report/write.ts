import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { plotCurve, plotName } from '../scale/plot.js';
import { curveMarkdown, machineMarkdown, targetsMarkdown, workloadMarkdown } from './markdown.js';
import type { Results } from './results.js';
import { fillSection, hasSection } from './section.js';

export interface ReportPaths {
  /** A folder for the plots, or null for none. */
  plots: string | null;
  /** A page whose sections are filled, or null for none. */
  markdown: string | null;
}

/** The sections that the results fill, by their names; `plots` is the way from the page to the pictures. */
export function sectionsOf({ workloads, curves }: Results, plots: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const { curve, machine, rounds } of curves.values()) {
    sections.set(`curve ${curve.name}`, `${curveMarkdown(curve, plots)}\n\n${machineMarkdown(machine, rounds)}`);
  }
  const measured = [...workloads.values()];
  if (measured.length > 0) {
    const { machine, rounds } = measured[0]!;
    sections.set('machine', machineMarkdown(machine, rounds));
    sections.set('targets', targetsMarkdown(measured.flatMap(({ result }) => result.checks)));
    sections.set('workloads', measured.map(({ result }) => workloadMarkdown(result)).join('\n\n'));
  }
  return sections;
}

export function writeReport(results: Results, { plots, markdown }: ReportPaths): void {
  if (plots !== null) {
    mkdirSync(plots, { recursive: true });
    for (const { curve } of results.curves.values()) writeFileSync(join(plots, plotName(curve)), plotCurve(curve));
  }
  if (markdown === null) return;
  const toPlots = relative(dirname(markdown), plots ?? join(dirname(markdown), 'img'));
  let page = readFileSync(markdown, 'utf8');
  for (const [name, content] of sectionsOf(results, toPlots)) {
    if (hasSection(page, name)) page = fillSection(page, name, content);
  }
  writeFileSync(markdown, page);
}
