type Attributes = Record<string, string | number>;

/** One element as text; `content` is markup already. Numbers are cut to tenths, of what is hardly a pixel. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const start = `<${name}${written.join('')}`;
  return content === undefined ? `${start}/>` : `${start}>${content}</${name}>`;
}

/** A coordinate as short as it can be. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function attributeText(value: string | number): string {
  return typeof value === 'number' ? coordinate(value) : escapeText(value);
}
