/**
 * Comes back when `promise` is settled, or after so many ms: and then not before what has come in by that time has been
 * read. A process that did something else for long finds its timers due before it looks at its sockets.
 */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve), ms);
  });
  try {
    await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}
