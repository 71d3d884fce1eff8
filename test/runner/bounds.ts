/** Every bound of the test runner, with its unit in its name. */
export const bounds = {
  /** Test files that run at the same time. */
  files_at_once: 2,
  /** How long a file may take if it does not say otherwise in a `// time limit: 300 s` comment. */
  file_sec: 120,
  file_sec_max: 3_600,
  /** Lines at the top of a file in which that comment is looked for. */
  time_limit_lines: 20,
  /** How long the process of a file may stay alive after its last test. */
  linger_ms: 10_000,
  /** How long the output of a process that has ended may be held open by one that it started. */
  output_wait_ms: 1_000,
  /** What is kept of the output of one file. */
  output_chars_max: 4 * 1024 * 1024,
} as const;
