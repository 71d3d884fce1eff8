/** What the process of a test file tells the runner, over the channel between them. */
export type FileMessage = { kind: 'running'; test: string } | ({ kind: 'finished' } & Counts);

export interface Counts {
  passed: number;
  /** Tests that did not pass, whether they ran or not, and hooks that threw. */
  failed: number;
  skipped: number;
  /** Suites with tests that were never started. */
  forgotten: string[];
}
