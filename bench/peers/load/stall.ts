/** A broker that drops messages leaves a load waiting for ever, so one that brings nothing for this long has failed. */
const stallMsMax = 10_000;

/** Runs a load and rejects once `count` has not grown for too long. */
export async function unlessStalled(count: () => number, load: Promise<void>, stallMs = stallMsMax): Promise<void> {
  let before = count();
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const now = count();
      if (now === before) reject(new Error(`Nothing came for ${stallMs / 1_000} s, after ${now} messages`));
      before = now;
    }, stallMs);
  });
  try {
    await Promise.race([load, stalled]);
  } finally {
    clearInterval(timer);
  }
}
