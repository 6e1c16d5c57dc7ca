/** How many times larger the second text is, and how many times as long it may take: linear is 8 times, quadratic 64. */
const LARGER = 8;
const LONGER = 3 * LARGER;
/** What a collection of garbage, or the compiler, may add to any measurement. */
const NOISE_SECONDS = 0.5;

/**
 * Measures a step with a text of that size, and with an eighth of it, in processor time. Returns whether the time grows
 * with the size and no faster: how fast the machine is, and how busy, counts for both.
 */
export function growsLinearly(size: number, step: (size: number) => void): boolean {
  const measure = (each: number) => {
    const start = process.cpuUsage();
    step(each);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  const small = measure(size / LARGER);
  return measure(size) <= LONGER * small + NOISE_SECONDS;
}
