/** Editing programs count exact time in these: divided evenly by every customary frame and sample rate. */
export const TICKS_PER_SECOND = 254_016_000_000n;
