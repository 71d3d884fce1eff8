/** A heading of a Markdown document with the text below it, up to the next heading of its level or above. */
export interface Section {
  title: string;
  text: string;
}

export function sections(markdown: string, level: number): Section[] {
  const marker = '#'.repeat(level);
  const parts = outsideFences(markdown).split(new RegExp(`^${marker} `, 'm'));
  return parts.slice(1).map(part => {
    const [title = '', ...rest] = part.split('\n');
    const end = rest.findIndex(line => new RegExp(`^#{1,${level}} `).test(line));
    return { title, text: restored(rest.slice(0, end === -1 ? rest.length : end).join('\n')) };
  });
}

export function section(markdown: string, title: string, level = 2): string {
  const found = sections(markdown, level).find(one => one.title === title);
  if (!found) throw new Error(`there is no section "${title}"`);
  return found.text;
}

/** The blocks that are marked as JSON. */
export function jsonBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(match => match[1]!);
}

/** As GitHub makes the anchor of a heading. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

// A comment of a shell script is no heading: lines of fenced blocks that start with # are marked while headings are looked for.
const mark = '\u0000';

function outsideFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, block => block.replaceAll(/^#/gm, `${mark}#`));
}

function restored(text: string): string {
  return text.replaceAll(mark, '');
}
