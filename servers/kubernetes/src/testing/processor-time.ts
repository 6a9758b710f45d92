/** Milliseconds of processor time that the work takes: unlike the clock's, they do not grow because others use the machine too. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
