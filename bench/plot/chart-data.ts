/** One measured value, with the outer ones of its rounds. */
export interface PlotPoint {
  x: number;
  y: number;
  low: number;
  high: number;
}

export interface PlotLine {
  name: string;
  points: PlotPoint[];
}

export interface Panel {
  /** What the y axis has, with its unit. */
  title: string;
  lines: PlotLine[];
}

export interface Chart {
  title: string;
  /** What the x axis has. */
  grows: string;
  panels: Panel[];
}
