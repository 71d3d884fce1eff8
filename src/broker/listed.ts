/** Names in one message: an answer should not be a thousand times as long as what was asked. */
const listedMax = 10;

/** Names for an error message: the first few, and how many more there are. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - listedMax;
  return names.slice(0, listedMax).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
