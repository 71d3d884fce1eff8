/**
 * Pages are written by people, but for sections that the bench writes. Each lies between two comments, that a reader of
 * the page does not see.
 */
function marks(name: string): { start: string; end: string } {
  return { start: `<!-- measured: ${name} -->`, end: `<!-- end: ${name} -->` };
}

/** Whether the page has a section of this name. */
export function hasSection(page: string, name: string): boolean {
  const { start, end } = marks(name);
  return page.includes(start) && page.indexOf(end) > page.indexOf(start);
}

/** The page with new content in its section. Throws if it has none of this name. */
export function fillSection(page: string, name: string, content: string): string {
  if (!hasSection(page, name)) throw new Error(`The page has no section "${name}"`);
  const { start, end } = marks(name);
  const from = page.indexOf(start) + start.length;
  return `${page.slice(0, from)}\n\n${content.trim()}\n\n${page.slice(page.indexOf(end))}`;
}

/** What is in a section now, or null if the page has none of this name. */
export function readSection(page: string, name: string): string | null {
  if (!hasSection(page, name)) return null;
  const { start, end } = marks(name);
  return page.slice(page.indexOf(start) + start.length, page.indexOf(end)).trim();
}
