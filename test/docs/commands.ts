/** What npm knows without a script of that name. */
const builtIn = new Set(['ci', 'install', 'i', 'pack', 'update']);

/** The npm commands in a document for which the package has no script, each as it is written. */
export function commandFaults(markdown: string, scripts: Readonly<Record<string, string>>): string[] {
  const commands = markdown.matchAll(/\bnpm (run )?([a-z][\w:-]*)/g);
  return [...commands].flatMap(([command, run, name]) => {
    const isThere = name! in scripts || (run === undefined && builtIn.has(name!));
    return isThere ? [] : [command];
  });
}
