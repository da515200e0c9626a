/*
 * Imported before testcontainers, which reads this: our labels and owners do the reaper's work, also after a crash,
 * and where no image registry answers there is no reaper image.
 */
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
