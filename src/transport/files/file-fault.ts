/** Why one file cannot be published, now or ever. The message is for whoever put it there. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** The code of an error of the file system, or an empty text. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Answers null where there is nothing of that name. */
export async function unlessMissing<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
