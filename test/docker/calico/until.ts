/** Looks again and again; throws if `condition` does not hold within that time. */
export async function until(condition: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the state of the recording does not come about');
    await new Promise((done) => setTimeout(done, 300));
  }
}
