/** A fenced block of a Markdown document. */
export interface Block {
  language: string;
  text: string;
}

export function blocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(match => ({
    language: match[1]!,
    text: match[2]!,
  }));
}

/** The only block of this language that holds these words. */
export function block(markdown: string, language: string, words: string): string {
  const found = blocks(markdown).filter(one => one.language === language && one.text.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language} hold "${words}"`);
  return found[0]!.text;
}
