/** Two sets of colours, each with at least 4.5 : 1 between a text and the card. */
export const styleSheet = [
  'text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#52606d}',
  '.card{fill:#fbfbfa;stroke:#cbd2d9}',
  '.head{font-size:17px;font-weight:600;fill:#1f2933}',
  '.sub{font-size:13px;font-weight:600;fill:#323f4b}',
  '.end{text-anchor:end}.mid{text-anchor:middle}',
  '.grid{stroke:#e4e7eb}.base{stroke:#9aa5b1}',
  '.line{fill:none;stroke-width:2.25;stroke-linejoin:round}',
  '.band{opacity:.16}.dot{r:4px;stroke:#fbfbfa;stroke-width:1.5}',
  '.value{font-size:11.5px;font-weight:600}',
  colours('l0', '#2459b3'),
  colours('l1', '#a8500f'),
  colours('l2', '#2f7d4f'),
  '@media(prefers-color-scheme:dark){',
  'text{fill:#aab4c0}.card{fill:#161b22;stroke:#30363d}.head{fill:#f0f3f6}.sub{fill:#d5dbe1}',
  '.grid{stroke:#262c34}.base{stroke:#5b6672}.dot{stroke:#161b22}.band{opacity:.24}',
  colours('l0', '#79aaf5'),
  colours('l1', '#f0a363'),
  colours('l2', '#6fcf97'),
  '}',
].join('\n');

function colours(line: string, colour: string): string {
  return `.${line} .line{stroke:${colour}}.${line} .band,.${line} .dot,.${line} .value{fill:${colour}}`;
}
