/** What was thrown, which may be anything, as plain data. `reason`: one line, mostly. */
export function failureOf(thrown: unknown): { reason: string; stack?: string } {
  if (!(thrown instanceof Error)) return { reason: String(thrown) };
  const { name, message, stack } = thrown;
  return { reason: name === 'Error' ? message : `${name}: ${message}`, stack };
}
